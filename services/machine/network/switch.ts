import type { Clock } from '#kernel/clock.ts';

/** Where frames of a link come from and go to: a card of this node, or another node. */
export interface Port {
  /** Takes a frame, a view that is good until it returns, or drops it. */
  deliver(frame: Uint8Array): void;
}

// As the bridges of Linux do. A machine that moves says so by a frame, so an entry is rarely wrong for long.
const FORGOTTEN_AFTER_MS = 300_000;
/** A guest may send from any address that it likes: it fills a table, not a memory. */
const MAX_ADDRESSES = 1_024;
const ADDRESS_BYTES = 6;
/** Of the first byte of an address: for several. */
const GROUP_BIT = 1;

interface Seen {
  readonly port: Port;
  readonly at: number;
}

/** A learning switch (IEEE 802.1D without the spanning tree: nodes are joined all with all, and pass nothing on for others). */
export class LearningSwitch {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * Learns from a frame where its sender is.
   * @returns where it has to go, undefined for everybody but whoever it is from
   */
  route(frame: Uint8Array, from: Port): Port | undefined {
    const now = this.#clock.now();
    if ((frame[ADDRESS_BYTES]! & GROUP_BIT) === 0)
      this.#learn(addressAt(frame, ADDRESS_BYTES), from, now);
    if ((frame[0]! & GROUP_BIT) !== 0) return undefined;
    const seen = this.#seen.get(addressAt(frame, 0));
    return seen && now - seen.at < FORGOTTEN_AFTER_MS ? seen.port : undefined;
  }

  /** Nobody is behind that port any more. */
  forget(port: Port): void {
    for (const [address, seen] of this.#seen) if (seen.port === port) this.#seen.delete(address);
  }

  #learn(address: string, port: Port, at: number): void {
    this.#seen.delete(address); // so that the first is whoever was not heard of for longest
    this.#seen.set(address, { port, at });
    if (this.#seen.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#seen.keys();
    this.#seen.delete(oldest!);
  }
}

function addressAt(frame: Uint8Array, at: number): string {
  return String.fromCharCode(...frame.subarray(at, at + ADDRESS_BYTES));
}
