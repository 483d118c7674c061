import type { Clock } from '#kernel/clock.ts';

// A collection takes some 10 ms: worth it for what a handful of vTasks of the usual size leave behind.
const COLLECT_BYTES = 64 << 20;
// By then the stacks of those that were ended have been unwound.
const AFTER_MS = 20;

/**
 * The memory of vTasks that have ended. The engine gives it back when it next collects the lane's small heap, which may be
 * never, and nobody's quota counts it meanwhile: so the lane has it collected.
 */
export class LeftMemory {
  readonly #clock: Clock;
  readonly #collect: () => void;
  #bytes = 0;

  constructor(clock: Clock, collect: () => void) {
    this.#clock = clock;
    this.#collect = collect;
  }

  /** A vTask has ended that held so much. */
  left(bytes: number): void {
    const before = this.#bytes;
    this.#bytes += bytes;
    if (before >= COLLECT_BYTES || this.#bytes < COLLECT_BYTES) return;
    this.#clock.after(AFTER_MS, () => {
      this.#bytes = 0;
      this.#collect();
    });
  }
}
