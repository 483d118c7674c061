/** The last ones of many: at least so many of them, and at most twice as many. */
export class Recent<T> {
  readonly #least: number;
  #young = new Set<T>();
  #old = new Set<T>();

  /** @param least how many are remembered at least */
  constructor(least: number) {
    this.#least = least;
  }

  add(item: T): void {
    this.#young.add(item);
    if (this.#young.size < this.#least) return;
    this.#old = this.#young;
    this.#young = new Set();
  }

  has(item: T): boolean {
    return this.#young.has(item) || this.#old.has(item);
  }
}
