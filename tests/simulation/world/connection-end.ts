import type { ConnectionEvents, PeerConnection } from '#p2p/connection.ts';
import { nodeIdOf, type NodeId } from '#p2p/node-id.ts';
import { Pipe } from './pipe.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Thread } from './thread.ts';

// What the systems of both machines hold of bytes that have not been read.
const WINDOW_BYTES = 256 << 10;

type Item = Uint8Array | 'end';

/** One process's end of a connection. */
export class ConnectionEnd implements PeerConnection {
  readonly host: string;
  readonly peer: string;
  readonly thread: Thread;
  readonly remote: NodeId;
  readonly peerId: Uint8Array;
  readonly dialled: boolean;
  readonly #network: SimulatedNetwork;
  readonly #pipe: Pipe;
  #other!: ConnectionEnd;
  #events: ConnectionEvents | undefined;
  /** What came before it was opened. */
  readonly #early: Item[] = [];
  /** What was on its way when the way was cut. */
  #held: Item[] = [];
  #unreadBytes = 0;
  #closed = false;
  /** Why it was lost before it was opened. */
  #lost: string | undefined;
  /** Whether there is nobody at the other end, and this one has not heard of it. */
  orphaned = false;

  constructor(
    network: SimulatedNetwork,
    thread: Thread,
    [host, peer]: readonly [string, string],
    peerId: Uint8Array,
    dialled: boolean,
  ) {
    this.#network = network;
    this.thread = thread;
    this.host = host;
    this.peer = peer;
    this.peerId = peerId;
    this.remote = nodeIdOf(peerId);
    this.dialled = dialled;
    this.#pipe = new Pipe(network.timeline);
  }

  join(other: ConnectionEnd): void {
    this.#other = other;
    other.#other = this;
  }

  get address(): string {
    return `simulated:${this.peer}`;
  }

  get queuedBytes(): number {
    return Math.max(0, this.#unreadBytes - WINDOW_BYTES);
  }

  open(events: ConnectionEvents): void {
    if (this.#lost !== undefined) return this.thread.soon(() => events.onClose(this.#lost!));
    this.#events = events;
    for (const item of this.#early.splice(0)) this.thread.soon(() => this.#take(item));
  }

  send(bytes: Uint8Array): void {
    if (this.#closed || !this.thread.process.alive) return;
    this.#unreadBytes += bytes.length;
    this.#push(bytes);
  }

  end(): void {
    if (this.#closed) return;
    this.#push('end');
    this.#close();
  }

  cutOff(error: Error): void {
    if (this.#closed || !this.thread.process.alive) return;
    this.#held = [];
    this.#close();
    const { orphaned } = this;
    if (!orphaned) this.#pipe.push(this.#network.delayMs(), () => this.#other.#hear(error.message));
  }

  /** The connection is gone. */
  lose(reason: string): void {
    if (this.#closed) return;
    const events = this.#events;
    if (!events) this.#lost = reason;
    this.#close();
    events?.onClose(reason);
  }

  /** The process of this end has ended. */
  vanish(powered: boolean, delayMs: number): void {
    if (this.#closed) return;
    this.#close();
    if (powered) this.#pipe.push(delayMs, () => this.#other.#hear('the process ended'));
    else this.#other.orphaned = true;
  }

  /** What was held goes on its way, before all that was sent after it: that waits as long as something is held. */
  mended(delayMs: number): void {
    if (this.#held.length > 0) this.#network.timeline.after(delayMs, () => this.#release());
  }

  #release(): void {
    if (this.#held.length === 0 || this.#network.isCut(this.host, this.peer)) return;
    this.#deliver(this.#held.shift()!);
    this.#network.timeline.after(0, () => this.#release());
  }

  #close(): void {
    this.#closed = true;
    this.#events = undefined;
    this.#network.forget(this);
  }

  #push(item: Item): void {
    this.#pipe.push(this.#network.delayMs(), () => this.#arrive(item));
  }

  /** At the other machine, if the way there is whole. */
  #arrive(item: Item): void {
    if (this.#held.length > 0 || this.#network.isCut(this.host, this.peer)) {
      if (!this.#closed || item === 'end') this.#held.push(item);
      return;
    }
    this.#deliver(item);
  }

  #deliver(item: Item): void {
    const other = this.#other;
    other.thread.take(() => {
      if (!other.#events && !other.#closed) return void other.#early.push(item);
      other.#take(item);
    });
  }

  #take(item: Item): void {
    if (item === 'end') return this.lose('the peer ended it');
    this.#events?.onBytes(item);
    this.#other.#read(item.length);
  }

  /** The other end has read so many bytes of what this one sent. */
  #read(bytes: number): void {
    const before = this.queuedBytes;
    this.#unreadBytes -= bytes;
    if (before > 0) this.thread.later(0, () => this.#events?.onDrain());
  }

  #hear(reason: string): void {
    if (this.#network.isCut(this.peer, this.host)) this.orphaned = true;
    else this.thread.later(0, () => this.lose(reason));
  }
}
