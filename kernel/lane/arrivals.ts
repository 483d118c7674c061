import type { Clock } from '#kernel/clock.ts';
import { Allowance } from '#kernel/scheduler/allowance.ts';

/** Of each turn of the event loop: vTasks that have something to do have theirs beside what comes. */
const TURN_MS = 1;
const AT_ONCE = 16; // between two looks at the clock

export interface ArrivalsComponents<Item> {
  readonly clock: Clock;
  readonly take: (item: Item) => void;
}

interface Batch<Item> {
  readonly items: Iterator<Item, void>;
  readonly taken: () => void;
}

/** What comes to a lane in batches: taken in order, and no more of it in a turn of the event loop than others can wait for. */
export class Arrivals<Item> {
  readonly #components: ArrivalsComponents<Item>;
  readonly #allowance: Allowance;
  readonly #batches: Batch<Item>[] = [];
  #taking: Promise<void> | undefined;
  /** How many have been taken since the last look at the clock. */
  #unseen = 0;

  constructor(components: ArrivalsComponents<Item>) {
    this.#components = components;
    this.#allowance = new Allowance(components.clock, TURN_MS);
  }

  /**
   * Takes a batch.
   * @param taken is called once that is done
   * @returns undefined where it is done; else nothing more should come before it is
   */
  add(items: Iterator<Item, void>, taken: () => void): Promise<void> | undefined {
    this.#batches.push({ items, taken });
    return (this.#taking ??= this.#take());
  }

  #take(): Promise<void> | undefined {
    for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
      if (!this.#takeFrom(batch.items)) return this.#goOn();
      this.#batches.shift();
      batch.taken();
    }
    return undefined;
  }

  #goOn(): Promise<void> {
    return new Promise((resolve) =>
      this.#components.clock.soon(() => resolve((this.#taking = this.#take()))),
    );
  }

  /** False if there is more than may be taken in this turn. */
  #takeFrom(items: Iterator<Item, void>): boolean {
    const { clock, take } = this.#components;
    for (;;) {
      if (this.#unseen === AT_ONCE) {
        if (this.#allowance.isOver(clock.now())) return false;
        this.#unseen = 0;
      }
      const { done, value } = items.next();
      if (done) return true;
      this.#unseen += 1;
      take(value);
    }
  }
}
