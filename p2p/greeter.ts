import { Channel } from './channel.ts';
import {
  AlreadyConnectedError,
  codeOf,
  ConnectionClosedError,
  CrossingDialsError,
  DialFailedError,
  DialledSelfError,
  HelloRefusedError,
  TooManyConnectionsError,
  WrongPeerError,
} from './errors.ts';
import { isGreedy } from './fair-share.ts';
import { Handshake } from './handshake.ts';
import { originOf } from './origin.ts';
import { parseCircuitAddress } from './relay/circuit-address.ts';
import { MAX_GREETING_BODY_BYTES } from './wire-format.ts';
import type { Admission } from './admission.ts';
import type { Member } from './credentials/certificate.ts';
import type { Gate } from './credentials/gate.ts';
import type { PeerConnection, Transport } from './connection.ts';
import type { Clock, Logger } from './environment.ts';
import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Tick } from './outbox.ts';
import type { Hello } from '#posiv-wit/generated/p2p/admission.ts';

const MAX_PENDING = 128; // handshakes of strangers at a time, of one origin as many as are left; each may hold twice the longest greeting, so 1 MiB at worst
const MAX_PENDING_OF_MEMBER = 4; // beside those: strangers do not keep members out
const HARMLESS = new Set(['already-connected', 'crossing-dials', 'network-closed']);

export interface GreeterComponents {
  transport: Pick<Transport, 'self' | 'dial'>;
  admission: Admission;
  gate: Gate;
  clock: Clock;
  logger: Logger;
  tick: Tick;
}

export interface GreeterInit {
  helloTimeoutMs: number;
  dialTimeoutMs: number;
  linkWith(id: NodeId): Link | undefined;
  /** Whether it was ever admitted. */
  isMember(id: NodeId): boolean;
  /** Takes the channel over. */
  onEstablished(channel: Channel, hello: Hello, member: Member): void;
  /** A peer refused this node, or was refused or cut off. */
  onFailed(id: NodeId, error: Error): void;
}

/** Turns connections, dialled here or there, into channels with admitted peers. */
export class Greeter {
  readonly #components: GreeterComponents;
  readonly #init: GreeterInit;
  readonly #pending = new Set<Handshake>();

  constructor(components: GreeterComponents, init: GreeterInit) {
    this.#components = components;
    this.#init = init;
  }

  /** A connection that a peer dialled. */
  receive(connection: PeerConnection): void {
    const { self } = this.#components.transport;
    if (connection.remote === self) connection.cutOff(new DialledSelfError(connection.address));
    else if (this.#isFull(connection)) {
      const error = new TooManyConnectionsError('handshakes at a time', MAX_PENDING);
      this.#log(connection.remote, connection.address, error);
      connection.cutOff(error);
    } else this.#shake(connection);
  }

  /**
   * Dials an address and greets who answers. Resolves with its id once both sides have admitted each other.
   * @throws {dial-failed} {dialled-self} {wrong-peer} {hello-refused} and whatever a handshake fails for
   */
  async greet(address: string, expected: NodeId | undefined, signal: AbortSignal): Promise<NodeId> {
    const { transport } = this.#components;
    const isRelayed = parseCircuitAddress(address) !== undefined;
    const inTheWay = expected === undefined ? undefined : this.#obstacle(expected, isRelayed);
    if (inTheWay !== undefined) throw inTheWay;
    const connection = await this.#dial(address, signal);
    const { remote } = connection;
    const error =
      remote === transport.self
        ? new DialledSelfError(address)
        : expected !== undefined && expected !== remote
          ? new WrongPeerError(address, expected, remote)
          : this.#obstacle(remote, isRelayed);
    if (signal.aborted || error !== undefined) {
      const reason = error ?? new DialFailedError(address, signal.reason);
      connection.cutOff(reason);
      throw reason;
    }
    const established = Promise.withResolvers<NodeId>();
    this.#shake(connection, established);
    return established.promise;
  }

  close(error: Error): void {
    for (const handshake of this.#pending) handshake.abandon(error);
  }

  #isFull({ remote, address }: PeerConnection): boolean {
    const pending = [...this.#pending].map(({ channel }) => channel);
    if (this.#init.isMember(remote)) {
      const own = pending.filter((channel) => channel.remote === remote);
      return own.length >= MAX_PENDING_OF_MEMBER;
    }
    const strangers = pending.filter((channel) => !this.#init.isMember(channel.remote));
    const origin = originOf(address);
    const own = strangers.filter((channel) => originOf(channel.address) === origin);
    return isGreedy(own.length, strangers.length, MAX_PENDING);
  }

  #obstacle(remote: NodeId, isRelayed: boolean): Error | undefined {
    const link = this.#init.linkWith(remote);
    if (link !== undefined && (isRelayed || link.relay === undefined))
      return new AlreadyConnectedError(remote);
    if (this.#components.admission.isBusy(remote)) return new CrossingDialsError(remote);
    return undefined;
  }

  async #dial(address: string, signal: AbortSignal): Promise<PeerConnection> {
    const { clock, transport } = this.#components;
    const timeout = new AbortController();
    const { dialTimeoutMs } = this.#init;
    const cancel = clock.after(dialTimeoutMs, () => {
      timeout.abort(
        new DialFailedError(address, new Error(`no answer within ${dialTimeoutMs} ms`)),
      );
    });
    try {
      return await transport.dial(address, 'wire', AbortSignal.any([signal, timeout.signal]));
    } finally {
      cancel();
    }
  }

  #shake(connection: PeerConnection, established?: PromiseWithResolvers<NodeId>): void {
    const { admission, clock, gate, tick } = this.#components;
    const { remote, address } = connection;
    const channel = new Channel(connection, tick, MAX_GREETING_BODY_BYTES, {
      onFrame: () => undefined,
      onClose: () => undefined,
    });
    const finish = (): void => {
      this.#pending.delete(handshake);
      admission.finished(handshake);
    };
    const handshake = new Handshake(clock, channel, gate, admission, {
      helloTimeoutMs: this.#init.helloTimeoutMs,
      onEstablished: (hello, member) => {
        finish();
        this.#init.onEstablished(channel, hello, member);
        established?.resolve(remote);
      },
      onFailed: (error) => {
        finish();
        this.#log(remote, address, error);
        this.#init.onFailed(remote, error);
        established?.reject(error);
      },
    });
    channel.handler = handshake;
    this.#pending.add(handshake);
    if (connection.dialled) admission.dialled(handshake);
    handshake.start();
  }

  #log(node: NodeId, address: string, error: Error): void {
    const { logger } = this.#components;
    const code = error instanceof HelloRefusedError ? error.refusal : codeOf(error);
    const fields = { node, address, code, reason: error.message };
    if (HARMLESS.has(code)) logger.debug('no second connection', fields);
    else if (error instanceof HelloRefusedError) logger.error('refused by a peer', fields);
    else if (error instanceof ConnectionClosedError)
      logger.info('a peer left before it was admitted', fields);
    else logger.warn('cut off a peer', fields);
  }
}
