import { readRelayMessage, writeRelayMessage } from '#posiv-wit/generated/p2p/relay.ts';
import { parseCircuitAddress } from './circuit-address.ts';
import { Circuits } from './circuits.ts';
import { CircuitLostError, UnexpectedLegError } from './errors.ts';
import { Station } from './station.ts';
import { Intake } from '../intake.ts';
import { DialFailedError } from '../errors.ts';
import { decode, encode } from '../wire-format.ts';
import type { RelayLink } from './links.ts';
import type { Leg, PeerConnection, Purpose, Transport } from '../connection.ts';
import type { Clock, Logger, Random } from '../environment.ts';
import type { Link } from '../link.ts';
import type { NodeId } from '../node-id.ts';

export interface RelayingComponents {
  clock: Clock;
  random: Pick<Random, 'bytes'>;
  logger: Logger;
  transport: Transport;
  linkWith(id: NodeId): Link | undefined;
}

/** Circuits by way of other members: those that this node is an end of, and those that it passes on. */
export class Relaying {
  readonly #components: RelayingComponents;
  readonly #intake = new Intake();
  readonly #parts: { readonly circuits: Circuits; readonly station: Station } | undefined;

  constructor(components: RelayingComponents) {
    this.#components = components;
    const { legs } = components.transport;
    if (legs === undefined) return;
    const links = { direct: (node: NodeId) => this.#direct(node) };
    this.#parts = {
      circuits: new Circuits({ ...components, self: components.transport.self, legs, links }),
      station: new Station({ ...components, legs, links }),
    };
  }

  /** Whether there can be circuits. */
  get possible(): boolean {
    return this.#parts !== undefined;
  }

  get self(): NodeId {
    return this.#components.transport.self;
  }

  /** Begins to take legs. */
  start(): void {
    this.#components.transport.legs?.accept((leg, name) => this.#accept(leg, name));
  }

  /** As `Transport.dial`, of addresses of circuits too. */
  dial(address: string, purpose: Purpose, signal: AbortSignal): Promise<PeerConnection> {
    const { transport } = this.#components;
    const circuit = parseCircuitAddress(address);
    if (circuit === undefined) return transport.dial(address, purpose, signal);
    const { relay, node } = circuit;
    if (this.#parts === undefined)
      return Promise.reject(new DialFailedError(address, new CircuitLostError(relay)));
    return this.#parts.circuits.dial(relay, node, purpose, signal);
  }

  /**
   * What a member says of circuits. More than a peer may say is dropped.
   * @throws {malformed-value}
   */
  receive(from: NodeId, body: Uint8Array): void {
    const link = this.#direct(from);
    if (link === undefined || this.#parts === undefined) return;
    if (!this.#intake.admits(from, this.#components.clock.now())) return;
    const { circuits, station } = this.#parts;
    const message = decode(readRelayMessage, body.slice()); // parts of it are kept: not with a whole chunk
    switch (message.tag) {
      case 'ask':
        station.asked(link, message.val.circuit, message.val.node);
        break;
      case 'offer':
        circuits.offered(link, message.val.circuit, message.val.node);
        break;
      case 'ready':
        station.ready(link, message.val);
        circuits.ready(link, message.val);
        break;
      case 'refused':
        station.refused(link, message.val.circuit, message.val.code);
        circuits.refused(link, message.val.circuit, message.val.code);
    }
  }

  /** The connection with a member is gone. */
  lost(node: NodeId): void {
    this.#parts?.station.lost(node);
    this.#parts?.circuits.lost(node);
  }

  close(error: Error): void {
    this.#parts?.station.close(error);
    this.#parts?.circuits.close(error);
  }

  #accept(leg: Leg, name: Uint8Array): void {
    const { station, circuits } = this.#parts!;
    if (station.takes(leg, name) || circuits.takes(leg, name)) return;
    const error = new UnexpectedLegError(leg.remote);
    const fields = { node: leg.remote, code: error.code, reason: error.message };
    // A stranger's, or a member's whose circuit has ended while it dialled: that does no wrong.
    this.#components.logger.info('let go of a leg', fields);
    leg.cutOff(error);
  }

  #direct(node: NodeId): RelayLink | undefined {
    const link = this.#components.linkWith(node);
    if (link === undefined || link.relay !== undefined) return undefined;
    const { dialled, address } = link;
    return {
      node,
      dialled,
      address,
      send: (message) => link.sendRelay(encode(writeRelayMessage, message)),
    };
  }
}
