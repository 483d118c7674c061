/** What waits, the first that came first. To take one costs the same however many wait. */
export class Fifo<T> {
  #items: T[] = [];
  /** Of these, the first that has not been taken. */
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    if (this.#items.length <= 1) return this.#items.pop(); // mostly: without another array
    const item = this.#items[this.#next];
    this.#next += 1;
    if (this.#next * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /** What `take` would give. */
  peek(): T | undefined {
    return this.#items[this.#next];
  }

  /** Takes out the first that `wanted` says: at once, where that is the first of all. */
  takeOut(wanted: (item: T) => boolean): T | undefined {
    for (let at = this.#next; at < this.#items.length; at += 1) {
      if (!wanted(this.#items[at]!)) continue;
      return at === this.#next ? this.take() : this.#items.splice(at, 1)[0];
    }
    return undefined;
  }

  /** Takes out what `unwanted` says, looking at each once. */
  remove(unwanted: (item: T) => boolean): T[] {
    const out: T[] = [];
    const stay: T[] = [];
    for (const item of this) (unwanted(item) ? out : stay).push(item);
    this.#items = stay;
    this.#next = 0;
    return out;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let at = this.#next; at < this.#items.length; at += 1) yield this.#items[at]!;
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }
}
