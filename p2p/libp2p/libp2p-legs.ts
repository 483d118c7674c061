import { multiaddr } from '@multiformats/multiaddr';
import { codeOf, describe, DialFailedError, HelloTimeoutError } from '../errors.ts';
import { isNodeId, nodeIdOf, type NodeId } from '../node-id.ts';
import { CIRCUIT_BYTES } from '../relay/station.ts';
import { closeGently } from './close-gently.ts';
import { readExactly } from './read-exactly.ts';
import { passOn } from './passing-on.ts';
import type { Leg, Legs, PeerConnection, Purpose } from '../connection.ts';
import type { Clock, Logger } from '../environment.ts';
import type { Connection, MultiaddrConnection, Stream, Upgrader } from '@libp2p/interface';

/** Addresses of what comes by way of a node. Never told to others. */
const BY_WAY_OF = /^\/memory\/(n[a-z2-7]{16})\/p2p-circuit/;

export interface Libp2pLegsComponents {
  upgrader: Upgrader;
  clock: Clock;
  logger: Logger;
}

export interface Libp2pLegsInit {
  /** From the first byte of a leg until its circuit is named, and from then on until both ends know each other. */
  helloTimeoutMs: number;
  /** Opens a stream for legs, on a connection of its own. */
  dial(address: string, signal: AbortSignal): Promise<StreamLeg>;
  /** Opens a stream on a connection by way of a leg, and keeps the connection for it. */
  open(connection: Connection, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection>;
}

/** A stream that has a libp2p connection to itself. */
export class StreamLeg implements Leg {
  readonly remote: NodeId;
  readonly stream: Stream;
  readonly connection: Connection;

  constructor(connection: Connection, stream: Stream) {
    this.remote = nodeIdOf(connection.remotePeer.toMultihash().bytes);
    this.connection = connection;
    this.stream = stream;
  }

  cutOff(error: Error): void {
    this.connection.abort(error);
  }
}

/** The node that passes on what is said on a connection; undefined where nobody does. */
export function relayOf({ remoteAddr }: Connection): NodeId | undefined {
  const relay = BY_WAY_OF.exec(remoteAddr.toString())?.[1];
  return relay !== undefined && isNodeId(relay) ? relay : undefined;
}

/** Legs of circuits: each a libp2p connection, on which the ends make another one that the relay cannot read. */
export class Libp2pLegs implements Legs {
  readonly #components: Libp2pLegsComponents;
  readonly #init: Libp2pLegsInit;
  #onLeg: (leg: Leg, circuit: Uint8Array) => void = (leg) =>
    leg.cutOff(new HelloTimeoutError(this.#init.helloTimeoutMs));

  constructor(components: Libp2pLegsComponents, init: Libp2pLegsInit) {
    this.#components = components;
    this.#init = init;
  }

  accept(onLeg: (leg: Leg, circuit: Uint8Array) => void): void {
    this.#onLeg = onLeg;
  }

  /** A stream for legs that another node has opened. */
  async receive(leg: StreamLeg): Promise<void> {
    const [timeout, cancel] = this.#timeout();
    try {
      this.#onLeg(leg, await readExactly(leg.stream, CIRCUIT_BYTES, timeout));
    } catch (error) {
      leg.cutOff(error as Error);
    } finally {
      cancel();
    }
  }

  async dial(address: string, circuit: Uint8Array, signal: AbortSignal): Promise<Leg> {
    const leg = await this.#init.dial(address, signal);
    leg.stream.send(circuit);
    return leg;
  }

  join(one: Leg, other: Leg, onEnd: () => void): void {
    passOn(one as StreamLeg, other as StreamLeg, onEnd);
  }

  async begin(leg: Leg, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection> {
    try {
      const raw = over(leg as StreamLeg, 'outbound');
      const connection = await this.#components.upgrader.upgradeOutbound(raw, { signal });
      return await this.#init.open(connection, purpose, signal);
    } catch (error) {
      leg.cutOff(error as Error);
      throw new DialFailedError(`a circuit by way of node ${leg.remote}`, error);
    }
  }

  answer(leg: Leg): void {
    void this.#answer(leg as StreamLeg);
  }

  async #answer(leg: StreamLeg): Promise<void> {
    const { logger, upgrader } = this.#components;
    const [signal, cancel] = this.#timeout();
    try {
      await upgrader.upgradeInbound(over(leg, 'inbound'), { signal });
    } catch (error) {
      const fields = { relay: leg.remote, code: codeOf(error), reason: describe(error) };
      logger.debug('nobody came by a circuit', fields);
      leg.cutOff(error as Error);
    } finally {
      cancel();
    }
  }

  #timeout(): [AbortSignal, () => void] {
    const { helloTimeoutMs } = this.#init;
    const timeout = new AbortController();
    const cancel = this.#components.clock.after(helloTimeoutMs, () =>
      timeout.abort(new HelloTimeoutError(helloTimeoutMs)),
    );
    return [timeout.signal, cancel];
  }
}

/**
 * The stream as what libp2p encrypts and multiplexes: whoever passes its bytes on cannot read them. Its direction is that of the
 * circuit: whoever dialled the leg, one of both ends is the first to open streams.
 */
function over(
  { stream, connection, remote }: StreamLeg,
  direction: 'inbound' | 'outbound',
): MultiaddrConnection {
  const remoteAddr = multiaddr(`/memory/${remote}/p2p-circuit`);
  stream.addEventListener('end', () => void closeGently(stream, connection));
  stream.addEventListener('close', () => void closeGently(stream, connection));
  return Object.assign(stream, { remoteAddr, direction });
}
