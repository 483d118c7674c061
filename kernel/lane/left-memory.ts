import type { Clock } from '#kernel/clock.ts';

// A collection takes some 10 ms: worth it for what a handful of vTasks of the usual size leave behind.
const COLLECT_BYTES = 64 << 20;
// By then the stacks of those that were ended have been unwound.
const AFTER_MS = 20;
// Nothing else of the lane runs meanwhile: 1 % of its time, whatever its vTasks make and drop.
const EVERY_MS = 1_000;
// But not for so much: it is memory of the node that nobody's quota counts.
const URGENT_BYTES = 512 << 20;

/**
 * The memory of vTasks that have ended. The engine gives it back when it next collects the lane's small heap, which may be
 * never, and nobody's quota counts it meanwhile: so the lane has it collected.
 */
export class LeftMemory {
  readonly #clock: Clock;
  readonly #collect: () => void;
  #bytes = 0;
  #collectedAt = -Infinity;
  /** When it is to be collected next, and what puts that off. */
  #due = Infinity;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, collect: () => void) {
    this.#clock = clock;
    this.#collect = collect;
  }

  /** A vTask has ended that held so much. */
  left(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < COLLECT_BYTES) return;
    const soon = this.#clock.now() + AFTER_MS;
    const isUrgent = this.#bytes >= URGENT_BYTES;
    const due = isUrgent ? soon : Math.max(soon, this.#collectedAt + EVERY_MS);
    if (due >= this.#due) return;
    this.#cancel?.();
    this.#due = due;
    this.#cancel = this.#clock.after(due - this.#clock.now(), () => this.#collectNow());
  }

  #collectNow(): void {
    this.#bytes = 0;
    this.#due = Infinity;
    this.#collect();
    this.#collectedAt = this.#clock.now();
  }
}
