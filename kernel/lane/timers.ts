import type { Clock } from '#kernel/clock.ts';
import { Heap, type Placed } from '#kernel/heap.ts';

/** Something to be done at a time, unless it is taken back before. */
export interface Timer extends Placed {
  /** Milliseconds of the clock, rounded up. */
  readonly at: number;
  /** Undefined once it has been taken back. */
  fn: (() => void) | undefined;
}

// Fewer than these are not worth the search for them.
const MOST_TAKEN_BACK = 64;

/**
 * Many deadlines under one timer of the clock. A timer of the clock for each rpc would cost more than the rate of rpcs
 * allows; most of them are taken back before they are due, and lie here until they are as many as the others: then all go
 * at once.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #waiting = new Heap<Timer>();
  #order = 0;
  #takenBack = 0;
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `fn` once after `ms` milliseconds. */
  after(ms: number, fn: () => void): Timer {
    return this.at(this.#clock.now() + ms, fn);
  }

  /** Calls `fn` once at this time of the clock. */
  at(time: number, fn: () => void): Timer {
    const timer = { at: Math.ceil(time), order: this.#order++, fn };
    this.#waiting.push(timer);
    if (timer.at < this.#armedFor) this.#arm(timer.at);
    return timer;
  }

  cancel(timer: Timer): void {
    if (!timer.fn) return;
    timer.fn = undefined;
    this.#takenBack += 1;
    if (this.#takenBack < MOST_TAKEN_BACK || this.#takenBack * 2 < this.#waiting.size) return;
    this.#waiting.keep(({ fn }) => fn !== undefined);
    this.#takenBack = 0;
  }

  close(): void {
    this.#disarm?.();
    this.#waiting.keep(() => false);
  }

  #arm(at: number): void {
    this.#disarm?.();
    this.#armedFor = at;
    this.#disarm = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#disarm = undefined;
    const due: Timer[] = [];
    for (let next = this.#waiting.peek(); next && next.at <= now; next = this.#waiting.peek()) {
      if (next.fn) due.push(next);
      else this.#takenBack -= 1;
      this.#waiting.pop();
    }
    const next = this.#waiting.peek();
    if (next) this.#arm(next.at);
    for (const timer of due) {
      const { fn } = timer; // not any more, if one that was due before has taken it back
      timer.fn = undefined;
      fn?.();
    }
  }
}
