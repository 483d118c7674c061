/** Why something runs: a process that was held up runs its timers before it reads what came. */
export type Cause = 'timer' | 'message';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that jumps from one happening to the next, in milliseconds; what is due at one moment runs in the order of coming. */
export class SimulatedTime {
  #now = 0;
  #order = 0;
  readonly #heap: Happening[] = [];

  get now(): number {
    return this.#now;
  }

  at(at: number, run: () => void): void {
    const heap = this.#heap;
    const happening = { at, order: this.#order++, run };
    let child = heap.length;
    heap.push(happening);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(happening, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = happening;
  }

  /** Runs all that is due within so many milliseconds. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
