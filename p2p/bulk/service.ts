import { Channel } from '../channel.ts';
import {
  codeOf,
  ConnectionClosedError,
  DialFailedError,
  DisposedError,
  NotConnectedError,
  StrangerError,
  WrongPeerError,
} from '../errors.ts';
import { MAX_BULK_BODY_BYTES } from '../wire-format.ts';
import { parseCircuitAddress } from '../relay/circuit-address.ts';
import { Pacer } from './pacer.ts';
import { Puller } from './puller.ts';
import { BulkServer, type OpenBulk } from './server.ts';
import { isRelayed } from '../connection.ts';
import type { PeerConnection, Transport } from '../connection.ts';
import type { PullWhat } from './pull-connection.ts';
import type { Clock, Logger } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { Tick } from '../outbox.ts';

export type { OpenBulk };

export interface BulkServiceComponents {
  clock: Clock;
  logger: Logger;
  tick: Tick;
  transport: Pick<Transport, 'self' | 'dial'>;
}

export interface BulkServiceInit {
  pullStallMs: number;
  /** Whether it was admitted to the cluster, and is no stranger to it since. */
  isMember(id: NodeId): boolean;
  /** Whether there is a connection on which it has proved to be a member. */
  isLinked(id: NodeId): boolean;
  dialTimeoutMs: number;
  /** Where a peer listens; empty while it is unreachable. */
  addressesOf(id: NodeId): readonly string[];
  /** The shortest round trip with a peer so far; 0 where there was none. */
  roundTripUsOf(id: NodeId): number;
}

const silent = { onFrame: () => undefined, onClose: () => undefined };

/** Pulls from other nodes and by them, each direction with each peer on a connection of its own. */
export class BulkService {
  readonly #components: BulkServiceComponents;
  readonly #init: BulkServiceInit;
  readonly #pacer: Pacer;
  readonly #pullers = new Map<NodeId, Puller>();
  /** By the node, and whether another one is in between. */
  readonly #servers = new Map<string, BulkServer>();
  /** Nodes that could not be dialled, but have dialled themselves when they were asked to. */
  readonly #hidden = new Set<NodeId>();
  #open: OpenBulk | undefined;

  constructor(components: BulkServiceComponents, init: BulkServiceInit) {
    this.#components = components;
    this.#init = init;
    this.#pacer = new Pacer(components.tick);
  }

  serve(open: OpenBulk): void {
    this.#open = open;
  }

  /**
   * A connection that somebody dialled to pull: a stranger is cut off. A member has one by way of others at most and one
   * without, since what it pulls on the first goes on when there is the second; each replaces an earlier one.
   */
  accept(connection: PeerConnection): void {
    const { remote } = connection;
    if (!this.#init.isMember(remote) || remote === this.#components.transport.self) {
      const error = new StrangerError(remote);
      this.#logCutOff(remote, error);
      connection.cutOff(error);
      return;
    }
    const key = serverKey(remote, isRelayed(connection));
    this.#servers.get(key)?.close('the peer dialled another one');
    const { clock } = this.#components;
    const parts = { clock, channel: this.#channel(connection), pacer: this.#pacer };
    const server = new BulkServer(parts, {
      // Who is out has no link: neither by its own name nor by that of who had admitted it.
      mayPull: () => this.#init.isLinked(remote),
      open: () => this.#open,
      onGone: (error) => {
        if (this.#servers.get(key) === server) this.#servers.delete(key);
        if (error !== undefined) this.#logCutOff(remote, error);
      },
    });
    this.#servers.set(key, server);
  }

  /** @param waits for bytes that may not be there yet */
  pull(
    node: NodeId,
    what: PullWhat,
    waits: boolean,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    let puller = this.#pullers.get(node);
    if (puller === undefined) {
      puller = new Puller(this.#components.clock, {
        node,
        pullStallMs: this.#init.pullStallMs,
        roundTripUs: () => this.#init.roundTripUsOf(node),
        connect: () => this.#connect(node),
        onCutOff: (error) => this.#logCutOff(node, error),
      });
      this.#pullers.set(node, puller);
    }
    return puller.pull(what, waits, signal);
  }

  /** The peer became unreachable: its pulls fail, in both directions. */
  lost(node: NodeId, reason: string): void {
    this.#pullers.get(node)?.close(new NotConnectedError(node, reason));
    this.#pullers.delete(node);
    this.#hidden.delete(node);
    for (const relayed of [true, false]) {
      const key = serverKey(node, relayed);
      this.#servers.get(key)?.close(reason);
      this.#servers.delete(key);
    }
  }

  /** There is a better way to it now: where it can be dialled is found out anew. */
  moved(node: NodeId): void {
    this.#hidden.delete(node);
    this.#pullers.get(node)?.moved();
  }

  close(): void {
    const reason = new DisposedError().message;
    for (const node of this.#pullers.keys()) this.lost(node, reason);
    for (const server of this.#servers.values()) server.close(reason);
    this.#servers.clear();
  }

  async #connect(node: NodeId): Promise<Channel> {
    let failure: unknown = new ConnectionClosedError('no address is known');
    const addresses = this.#init.addressesOf(node);
    const circuits = addresses.filter(isCircuit);
    const tried = this.#hidden.has(node) && circuits.length > 0 ? circuits : addresses;
    for (const address of tried) {
      try {
        const channel = this.#channel(await this.#dial(node, address));
        // Its own were tried in vain.
        if (isCircuit(address) && circuits.length < addresses.length) this.#hidden.add(node);
        return channel;
      } catch (error) {
        failure = error;
        const fields = { node, address, code: codeOf(error), reason: (error as Error).message };
        this.#components.logger.debug('bulk dial failed', fields);
      }
    }
    throw new NotConnectedError(node, (failure as Error).message);
  }

  async #dial(node: NodeId, address: string): Promise<PeerConnection> {
    const { clock, transport } = this.#components;
    const timeout = new AbortController();
    const { dialTimeoutMs } = this.#init;
    const cancel = clock.after(dialTimeoutMs, () => {
      timeout.abort(
        new DialFailedError(address, new Error(`no answer within ${dialTimeoutMs} ms`)),
      );
    });
    try {
      const connection = await transport.dial(address, 'bulk', timeout.signal);
      if (connection.remote === node) return connection;
      const error = new WrongPeerError(address, node, connection.remote);
      connection.cutOff(error);
      throw error;
    } finally {
      cancel();
    }
  }

  #channel(connection: PeerConnection): Channel {
    return new Channel(connection, this.#components.tick, MAX_BULK_BODY_BYTES, silent);
  }

  #logCutOff(node: NodeId, error: Error): void {
    this.#components.logger.warn('cut off a peer', {
      node,
      code: codeOf(error),
      reason: error.message,
    });
  }
}

function serverKey(node: NodeId, relayed: boolean): string {
  return relayed ? `${node} relayed` : node;
}

function isCircuit(address: string): boolean {
  return parseCircuitAddress(address) !== undefined;
}
