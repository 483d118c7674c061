/** What waits for a turn. */
export interface Waiting {
  /** Whoever has the smallest is next. */
  readonly pass: number;
  /** Of those with the same pass, whoever came first. */
  readonly order: number;
}

/** A binary heap of those who wait for a turn. */
export class RunQueue<T extends Waiting> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(waiting: T): void {
    const heap = this.#heap;
    let at = heap.push(waiting) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(waiting, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = waiting;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(waiting: T): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, waiting)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = waiting;
  }
}

function before(a: Waiting, b: Waiting): boolean {
  return a.pass < b.pass || (a.pass === b.pass && a.order < b.order);
}
