import type { Clock } from '#kernel/clock.ts';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that moves when it is told to. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return 1_700_000_000_000 + this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
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
      const due = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fn();
    }
    this.#now = until;
    await settled();
  }
}

/** Resolves when everything that can happen without time passing has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
