import { createHash } from 'node:crypto';
import { ConnectionClosedError, DialFailedError, DialledSelfError } from '#p2p/errors.ts';
import { signingKey, type SigningKey } from '#p2p/credentials/signing-key.ts';
import { nodeIdOf, type NodeId } from '#p2p/node-id.ts';
import { nodeIdOfKey, peerIdOf } from '#p2p/peer-id.ts';
import { MemoryLegs } from './memory-legs.ts';
import type { ConnectionEvents, PeerConnection, Purpose, Transport } from '#p2p/connection.ts';
import type { Clock } from '#p2p/environment.ts';

const LATENCY_MS = 1;

type Accept = (purpose: Purpose, connection: PeerConnection) => void;

interface NamedKey {
  readonly key: SigningKey;
  readonly id: NodeId;
}

// A simulation asks for them again and again, and to make one takes longer than most of what happens in it.
const named = new Map<string, NamedKey>();

function namedKey(name: string): NamedKey {
  const known = named.get(name);
  if (known) return known;
  const key = signingKey(createHash('sha256').update(name).digest());
  const made = { key, id: nodeIdOfKey(key.publicKey) };
  named.set(name, made);
  return made;
}

/** The key of whoever has the name. */
export function memoryKey(name: string): SigningKey {
  return namedKey(name).key;
}

/** The id that the network gives to whoever has the name. */
export function memoryId(name: string): NodeId {
  return namedKey(name).id;
}

/** Connections between the nodes of one process, with faults that a test puts in. Bytes take one millisecond. */
export class MemoryNetwork {
  readonly clock: Clock;
  readonly connections: [MemoryConnection, MemoryConnection][] = [];
  readonly #listening = new Map<string, { peerId: Uint8Array; accept: Accept; legs: MemoryLegs }>();
  readonly #frozen = new Set<NodeId>();
  readonly #mute = new Set<NodeId>();
  readonly #walls = new Set<string>();
  readonly #seenAt = new Map<NodeId, string>();
  #stalled: readonly NodeId[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  transport(name: string, address = `memory:${name}`): Transport {
    const peerId = peerIdOf(memoryKey(name).publicKey);
    const self = nodeIdOf(peerId);
    const legs = new MemoryLegs(peerId, (to, circuit, signal) =>
      this.#connect(peerId, to, signal, (far, theirs) => theirs.legs.receive(far, circuit)),
    );
    return {
      self,
      legs,
      addresses: [address],
      isAddress: (text) => text.startsWith('memory:'),
      accept: (accept) => {
        legs.onConnection = accept;
        this.#listening.set(address, { peerId, accept, legs });
      },
      dial: (to, purpose, signal) =>
        this.#connect(peerId, to, signal, (far, { accept }) => accept(purpose, far)),
      [Symbol.asyncDispose]: () => {
        this.#listening.delete(address);
        return Promise.resolve();
      },
    };
  }

  /** Open connections between two nodes. */
  between(one: NodeId, other: NodeId): MemoryConnection[] {
    const ends = this.connections
      .flat()
      .filter(({ self, remote }) => self === one && remote === other);
    return ends.filter(({ closed }) => !closed);
  }

  /** Neither reads nor writes from now on, as a stopped process. */
  freeze(id: NodeId): void {
    this.#frozen.add(id);
  }

  thaw(id: NodeId): void {
    this.#frozen.delete(id);
    for (const end of this.connections.flat()) end.retry();
  }

  /** What two nodes send each other stays on its way, as behind a firewall that has forgotten their connection. */
  stall(one: NodeId, other: NodeId): void {
    this.#stalled = [one, other];
  }

  /** Ends that. */
  flow(): void {
    this.#stalled = [];
    for (const end of this.connections.flat()) end.retry();
  }

  /** It may only be dialled from now on, as one behind a translated address. */
  forbidDials(id: NodeId): void {
    this.#mute.add(id);
  }

  /** Where others see it dial from, as one of many behind a translated address. */
  masquerade(id: NodeId, address: string): void {
    this.#seenAt.set(id, address);
  }

  /** Neither can dial the other, as when each is behind a translated address of its own. What there is between them ends. */
  wall(one: NodeId, other: NodeId): void {
    this.#walls.add(`${one} ${other}`).add(`${other} ${one}`);
    for (const end of this.between(one, other)) end.break();
  }

  /** Nobody can dial a node, which dials others. What there is with it ends. */
  hide(id: NodeId, from: readonly NodeId[]): void {
    for (const other of from) {
      this.#walls.add(`${other} ${id}`);
      for (const end of this.between(id, other)) end.break();
    }
  }

  /** Ends that. */
  openWalls(): void {
    this.#walls.clear();
  }

  /** Whether bytes go from one to the other now. */
  passes(from: NodeId, to: NodeId): boolean {
    if (this.#frozen.has(from) || this.#frozen.has(to)) return false;
    return !(this.#stalled.includes(from) && this.#stalled.includes(to));
  }

  async #connect(
    from: Uint8Array,
    to: string,
    signal: AbortSignal,
    accept: (far: MemoryConnection, theirs: { accept: Accept; legs: MemoryLegs }) => void,
  ): Promise<MemoryConnection> {
    await new Promise<void>((resolve) => this.clock.after(LATENCY_MS, resolve));
    const self = nodeIdOf(from);
    const listening = this.#listening.get(to);
    if (listening === undefined || signal.aborted || this.#mute.has(self))
      throw new DialFailedError(to, new Error('nobody listens'));
    const { peerId } = listening;
    const remote = nodeIdOf(peerId);
    if (this.#walls.has(`${self} ${remote}`)) throw new DialFailedError(to, new Error('a wall'));
    if (remote === self) throw new DialledSelfError(to);
    const near = new MemoryConnection(this, self, peerId, to);
    const far = new MemoryConnection(this, remote, from, undefined, this.#seenAt.get(self));
    near.other = far;
    far.other = near;
    this.connections.push([near, far]);
    accept(far, listening);
    return near;
  }
}

export class MemoryConnection implements PeerConnection {
  readonly self: NodeId;
  readonly remote: NodeId;
  readonly peerId: Uint8Array;
  readonly dialled: boolean;
  readonly address: string;
  other!: MemoryConnection;
  closed = false;
  /** Sends so far, for tests of batching. */
  sends = 0;
  readonly #network: MemoryNetwork;
  #events: ConnectionEvents | undefined;
  readonly #queue: (Uint8Array | 'end')[] = [];

  constructor(
    network: MemoryNetwork,
    self: NodeId,
    peerId: Uint8Array,
    dialled: string | undefined,
    seenAt = `memory:${nodeIdOf(peerId)}`,
  ) {
    this.#network = network;
    this.self = self;
    this.peerId = peerId;
    this.remote = nodeIdOf(peerId);
    this.dialled = dialled !== undefined;
    this.address = dialled ?? seenAt;
  }

  get queuedBytes(): number {
    return this.#queue.reduce((sum, item) => sum + (item === 'end' ? 0 : item.length), 0);
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
    this.other.retry();
  }

  send(bytes: Uint8Array): void {
    if (this.closed) return;
    this.sends++;
    this.#push(bytes);
  }

  end(): void {
    if (this.closed) return;
    this.#events = undefined;
    this.#push('end');
    this.closed = true;
  }

  cutOff(error: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.#events = undefined;
    this.#queue.length = 0;
    this.#network.clock.after(LATENCY_MS, () => this.other.lose(error.message));
  }

  /** The connection breaks, as when a cable is cut. */
  lose(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    const events = this.#events;
    this.#events = undefined;
    events?.onClose(reason);
  }

  /** Both ends lose it. */
  break(): void {
    const { other } = this;
    this.lose('a wall');
    other.lose('a wall');
  }

  /** Delivers what could not be delivered before. */
  retry(): void {
    this.#network.clock.after(LATENCY_MS, () => this.#deliver());
  }

  #push(item: Uint8Array | 'end'): void {
    this.#queue.push(item);
    this.retry();
  }

  #deliver(): void {
    const { other } = this;
    while (this.#queue.length > 0) {
      if (!this.#network.passes(this.self, this.remote)) return;
      if (other.#events === undefined && !other.closed) return;
      const item = this.#queue.shift();
      if (item === 'end') other.lose(new ConnectionClosedError('the peer ended it').message);
      else if (item !== undefined) other.#events?.onBytes(item);
    }
    this.#events?.onDrain();
  }
}
