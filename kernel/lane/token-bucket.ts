// So much of a second's worth may go at once: what is sent in bursts is not held back, and what is sent on and on is.
const BURST_SECONDS = 0.1;

/**
 * A rate that is kept on average, without a timer. Who takes more than there is goes into debt and waits until it is paid,
 * so that each waits for its own, in the order of coming.
 */
export class TokenBucket {
  #rate: number;
  readonly #leastBurst: number;
  #level: number;
  #filledAt: number;

  /**
   * @param rate a second
   * @param leastBurst how many may go at once, however small the rate
   */
  constructor(rate: number, leastBurst: number, now: number) {
    this.#rate = rate;
    this.#leastBurst = leastBurst;
    this.#level = this.#burst;
    this.#filledAt = now;
  }

  /** Takes so many, and says how many milliseconds to wait for them. */
  take(count: number, now: number): number {
    this.#fill(now);
    this.#level -= count;
    return this.#level >= 0 ? 0 : (-this.#level * 1_000) / this.#rate;
  }

  /** Whether who takes some now would have to wait. */
  isSpent(now: number): boolean {
    this.#fill(now);
    return this.#level <= 0;
  }

  /** Takes back what was taken for what will not be sent. */
  giveBack(count: number): void {
    this.#level += count;
  }

  adjust(rate: number, now: number): void {
    this.#fill(now);
    this.#rate = rate;
    this.#level = Math.min(this.#level, this.#burst);
  }

  get #burst(): number {
    return Math.max(this.#leastBurst, this.#rate * BURST_SECONDS);
  }

  #fill(now: number): void {
    const earned = ((now - this.#filledAt) * this.#rate) / 1_000;
    this.#level = Math.min(this.#burst, this.#level + earned);
    this.#filledAt = now;
  }
}
