const FEWEST_SLOTS = 4;
const MOST_KEPT_EMPTY = 64;

/** Of all that never had anything: there are several for each vTask. Never written to, for whoever adds has grown before. */
const NONE: never[] = [];

/**
 * What is out under ids, which are chosen here so that each has a slot to itself: the low bits of an id are its place. In
 * place of a `Map`, which is laid out anew at every few additions and deletions, and whose old layouts, once they are old to
 * the collector, keep all of the later ones alive.
 */
export class Slots<T> {
  #ids: number[] = NONE;
  #items: (T | undefined)[] = NONE;
  #size = 0;
  readonly #highest: number;
  #lastId = 0;

  /** @param highest that an id may be, before they begin again at 1 */
  constructor(highest = 0xffff_ffff) {
    this.#highest = highest;
  }

  get size(): number {
    return this.#size;
  }

  /** A number above 0 under which nothing is out, for the next `set`. */
  nextId(): number {
    if (this.#size * 2 >= this.#items.length) this.#grow();
    do this.#lastId = this.#lastId >= this.#highest ? 1 : this.#lastId + 1;
    while (this.#items[this.#placeOf(this.#lastId)] !== undefined);
    return this.#lastId;
  }

  set(id: number, item: T): void {
    const place = this.#placeOf(id);
    this.#ids[place] = id;
    this.#items[place] = item;
    this.#size += 1;
  }

  get(id: number): T | undefined {
    const place = this.#placeOf(id);
    return this.#ids[place] === id ? this.#items[place] : undefined;
  }

  /** Takes out what is under this id. */
  take(id: number): T | undefined {
    const item = this.get(id);
    if (item === undefined) return undefined;
    this.#items[this.#placeOf(id)] = undefined;
    this.#size -= 1;
    if (this.#size === 0 && this.#items.length > MOST_KEPT_EMPTY) {
      this.#ids = NONE;
      this.#items = NONE;
    }
    return item;
  }

  /** All that is out now. */
  values(): T[] {
    return this.#size === 0 ? [] : this.#items.filter((item) => item !== undefined);
  }

  /** Takes out all; ids go on where they were. */
  drain(): T[] {
    const all = this.values();
    this.#items = this.#items.map(() => undefined);
    this.#size = 0;
    return all;
  }

  #placeOf(id: number): number {
    return id & (this.#items.length - 1);
  }

  #grow(): void {
    const [ids, items] = [this.#ids, this.#items];
    const length = Math.max(FEWEST_SLOTS, items.length * 2);
    this.#ids = [];
    this.#items = [];
    // `Array.from` looks each of them up in its source: it was a tenth of what a lane does where many requests come and go.
    for (let place = 0; place < length; place += 1) {
      this.#ids.push(0);
      this.#items.push(undefined);
    }
    for (const [place, item] of items.entries()) {
      if (item === undefined) continue;
      const id = ids[place]!;
      this.#ids[this.#placeOf(id)] = id;
      this.#items[this.#placeOf(id)] = item;
    }
  }
}
