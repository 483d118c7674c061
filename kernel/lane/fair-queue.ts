import { Fifo } from '#kernel/fifo.ts';

/** What waits of one sender. */
interface Line<T> {
  sender: string;
  readonly items: Fifo<T>;
}

/**
 * What waits of many senders, who have their turns by rounds, one item in each (Nagle, "On Packet Switches with Infinite Storage", RFC 970,
 * 1985): who has a thousand here keeps another waiting for one. What one sender has here stays in the order of coming.
 */
export class FairQueue<T> {
  /** Those that have something here, whose turn is next first. */
  readonly #turns = new Fifo<Line<T>>();
  /** Of the sender that came last; kept for the next where nothing waits. */
  #last: Line<T> = { sender: '', items: new Fifo() };
  /** All of them, by their senders, while there are several. */
  #lines: Map<string, Line<T>> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(sender: string, item: T): void {
    this.#size += 1;
    this.#lineOf(sender).items.push(item);
  }

  /** What `take` would give. */
  peek(): T | undefined {
    return this.#turns.peek()?.items.peek();
  }

  take(): T | undefined {
    const line = this.#turns.take();
    if (!line) return undefined;
    const item = line.items.take();
    this.#size -= 1;
    if (line.items.size > 0) this.#turns.push(line);
    else this.#leave(line);
    return item;
  }

  /** Takes out the first of a sender that `wanted` says. */
  takeOut(sender: string, wanted: (item: T) => boolean): T | undefined {
    const line = this.#lines ? this.#lines.get(sender) : this.#turns.peek();
    if (line?.sender !== sender) return undefined;
    const item = line.items.takeOut(wanted);
    if (item === undefined) return undefined;
    this.#size -= 1;
    if (line.items.size === 0) {
      this.#turns.takeOut((each) => each === line);
      this.#leave(line);
    }
    return item;
  }

  /** Takes out what `unwanted` says, looking at each once. */
  remove(unwanted: (item: T) => boolean): T[] {
    const out: T[] = [];
    for (let count = this.#turns.size; count > 0; count -= 1) {
      const line = this.#turns.take()!;
      for (const item of line.items.remove(unwanted)) out.push(item);
      if (line.items.size > 0) this.#turns.push(line);
      else this.#leave(line);
    }
    this.#size -= out.length;
    return out;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const { items } of this.#turns) yield* items;
  }

  /** The line of a sender, who has a turn. */
  #lineOf(sender: string): Line<T> {
    const last = this.#last;
    if (this.#turns.size === 0) last.sender = sender;
    else {
      if (last.sender === sender && last.items.size > 0) return last;
      this.#lines ??= new Map([[last.sender, last]]);
      const known = this.#lines.get(sender);
      if (known) return (this.#last = known);
      this.#last = { sender, items: new Fifo() };
      this.#lines.set(sender, this.#last);
    }
    this.#turns.push(this.#last);
    return this.#last;
  }

  #leave(line: Line<T>): void {
    if (this.#turns.size === 0) this.#lines = undefined;
    else this.#lines?.delete(line.sender);
  }
}
