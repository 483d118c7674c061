import { Heap, type Placed } from '#kernel/heap.ts';

/** Why something runs: a process that was held up runs its timers before it reads what came. */
export type Cause = 'timer' | 'message';

interface Happening extends Placed {
  readonly run: () => void;
}

/** Time that jumps from one happening to the next, in milliseconds; what is due at one moment runs in the order of coming. */
export class SimulatedTime {
  #now = 0;
  #order = 0;
  readonly #heap = new Heap<Happening>();

  get now(): number {
    return this.#now;
  }

  at(at: number, run: () => void): void {
    this.#heap.push({ at, order: this.#order++, run });
  }

  /** Runs all that is due within so many milliseconds. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#heap.peek(); next && next.at <= end; next = this.#heap.peek()) {
      this.#heap.pop();
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}
