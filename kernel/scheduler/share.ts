import type { Quota } from '#posiv-wit/generated/kernel.ts';

/** As a vTask has that is given none. */
export const USUAL_WEIGHT = 100;

/** How much of a lane's time a vTask may have. */
export interface ShareInit {
  /** Its part, relative to the weights of the others that want to run: 1 to 1,000. */
  readonly weight: number;
  /** The most that it may use, in thousandths of a core, though nobody else wants to run. 0: no such limit. */
  readonly rate: number;
}

/** Above a core there is nothing to hold back: a vTask does one thing at a time. */
export function shareOf({ cpuWeight, cpuRate }: Quota): ShareInit {
  return { weight: cpuWeight, rate: cpuRate < 1_000 ? cpuRate : 0 };
}

// A vTask with a rate may use this much of its time at once: short work is not held back, and long work on average.
const BURST_MS = 100;

/** The account of one vTask's processor time. Times are in milliseconds with fractions. */
export class Share {
  /** Virtual time: processor time used, by weight (the pass of stride scheduling). */
  pass = 0;
  /** What of its pass is owed for what it borrowed as it began, and has not used since. */
  owed = 0;
  /** Processor time that it has used. */
  usedMs = 0;
  #weight: number;
  #rate: number;
  /** What it may use before it has to wait, as of `#filledAt`. */
  #budgetMs: number;
  #filledAt: number;

  /** @param now nobody asks for it where there is no rate */
  constructor({ weight, rate }: ShareInit, now: number) {
    this.#weight = weight;
    this.#rate = rate;
    this.#budgetMs = this.#burstMs;
    this.#filledAt = now;
  }

  /** Changes what it may have from now on. */
  adjust({ weight, rate }: ShareInit, now: number): void {
    this.#fill(now);
    this.#weight = weight;
    this.#rate = rate;
    this.#budgetMs = Math.min(this.#budgetMs, this.#burstMs);
  }

  get hasRate(): boolean {
    return this.#rate !== 0;
  }

  charge(ms: number, now: number): void {
    this.usedMs += ms;
    const used = ms / this.#weight;
    this.pass += used;
    if (this.owed > 0) this.owed = Math.max(0, this.owed - used);
    if (this.#rate === 0) return;
    this.#fill(now);
    this.#budgetMs -= ms;
  }

  /**
   * By how much its pass may be larger than that of others, where it may be ahead of its part by so many milliseconds of the usual weight:
   * one of a small weight by less, for what it uses moves it further.
   */
  ahead(ms: number): number {
    return ms / Math.max(this.#weight, USUAL_WEIGHT);
  }

  /** Begins where others are, with all borrowed that it may be ahead of its part. */
  begin(pass: number, borrowedMs: number): void {
    this.owed = this.ahead(borrowedMs);
    this.pass = pass + this.owed;
  }

  /** Moves its next turn by some of what `ms` are to it. */
  shift(ms: number): void {
    this.pass += ms / this.#weight;
  }

  /** Milliseconds until it may run again; 0 if it may now. */
  throttledMs(now: number): number {
    if (this.#rate === 0) return 0;
    this.#fill(now);
    return this.#budgetMs > 0 ? 0 : (-this.#budgetMs * 1_000) / this.#rate + 1;
  }

  get #burstMs(): number {
    return (BURST_MS * this.#rate) / 1_000;
  }

  #fill(now: number): void {
    const earned = ((now - this.#filledAt) * this.#rate) / 1_000;
    this.#budgetMs = Math.min(this.#burstMs, this.#budgetMs + earned);
    this.#filledAt = now;
  }
}
