/** Where something stands in an order. */
export interface Placed {
  readonly at: number;
  /** Among those at the same place. */
  readonly order: number;
}

/** A binary heap: whoever comes before all others is first. All compare alike: a function that is given would be called some ten times for each. */
export class Heap<T extends Placed> {
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && last !== first) this.#sink(last, 0);
    return first;
  }

  /** Drops all that `wanted` does not name. */
  keep(wanted: (item: T) => boolean): void {
    const items = this.#items.filter(wanted);
    this.#items = items;
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.#sink(items[at]!, at);
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1]!, items[child]!)) child += 1;
      if (!isBefore(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}

export function isBefore(one: Placed, other: Placed): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
