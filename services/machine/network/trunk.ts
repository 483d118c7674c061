import type { Clock } from '#kernel/clock.ts';
import type { Port } from './switch.ts';

/**
 * Carries frames of a link to another node.
 * @returns whether that node has machines on the link
 */
export type Carry = (frames: readonly Uint8Array[]) => Promise<boolean>;

/** What waits for a node; what comes after that is dropped, as on any network. */
const MAX_WAITING_BYTES = 512 << 10;
/** Of one call: others speak to that node, too. */
const MAX_BATCH_BYTES = 128 << 10;
/** Calls on their way at once: more of them do not arrive sooner. */
const MAX_CALLS = 4;
/** A node that had nobody on the link is asked again after that: as long as a lost frame is waited for by TCP and ARP. */
const ASK_AGAIN_MS = 1_000;

/** The way of a link's frames to one other node. */
export class Trunk implements Port {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #carry: Carry;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #calls = 0;
  /** Until when the node is not asked. */
  #silentUntil = 0;

  constructor(clock: Pick<Clock, 'now'>, carry: Carry) {
    this.#clock = clock;
    this.#carry = carry;
  }

  deliver(frame: Uint8Array): void {
    if (this.#clock.now() < this.#silentUntil) return;
    if (this.#waitingBytes + frame.length > MAX_WAITING_BYTES) return;
    this.#waiting.push(frame.slice());
    this.#waitingBytes += frame.length;
    this.#pump();
  }

  /** The node has machines on the link: a frame of theirs has come. */
  isThere(): void {
    this.#silentUntil = 0;
  }

  #pump(): void {
    while (this.#calls < MAX_CALLS && this.#waiting.length > 0) {
      const batch = this.#batch();
      this.#calls += 1;
      void this.#carry(batch)
        .catch(() => false) // it cannot be reached
        .then((isThere) => {
          this.#calls -= 1;
          if (!isThere) this.#rest();
          this.#pump();
        });
    }
  }

  #rest(): void {
    this.#silentUntil = this.#clock.now() + ASK_AGAIN_MS;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #batch(): Uint8Array[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < MAX_BATCH_BYTES))
      bytes += this.#waiting[count++]!.length;
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
