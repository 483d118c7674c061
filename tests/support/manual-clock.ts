import type { Clock } from '#kernel/clock.ts';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that moves when it is told to. */
export class ManualClock implements Clock {
  #now = 0;
  /** In the order in which they were set. A set, since a flood sets and cancels a hundred thousand. */
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return 1_700_000_000_000 + this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  soon(fn: () => void): void {
    setImmediate(fn);
  }

  /** Moves on in the middle of a computation: nothing else happens meanwhile. */
  advanceNow(ms: number): void {
    this.#now += ms;
  }

  /** Moves on, calls what is due in order, and lets what follows from it happen. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const due = this.#next(until);
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.fn();
    }
    this.#now = until;
    await settled();
  }

  /** The one that is due first, and was set first of those; undefined if none is due by then. */
  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers)
      if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    return next;
  }
}

/** Resolves when everything that can happen without time passing has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
