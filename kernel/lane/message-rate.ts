import type { Clock } from '#kernel/clock.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';

/** How often one vTask may send. */
export class MessageRate {
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #messages: TokenBucket;

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#messages = new TokenBucket(limits.quota.messageRate, 1, clock.now());
  }

  /** The rate has changed. */
  adjusted(): void {
    this.#messages.adjust(this.#limits.quota.messageRate, this.#clock.now());
  }

  /**
   * A message or request is to be sent. Says for how many milliseconds its rate holds it back: 0 mostly, and undefined,
   * without counting it as sent, where that is longer than it may take.
   */
  take(patienceMs: number): number | undefined {
    if (!this.#limits.paced) return 0; // most have no rate, and need no look at the clock
    const waitMs = this.#messages.take(1, this.#clock.now());
    if (waitMs === 0) return 0;
    if (this.#limits.refuses('message-rate') && waitMs <= patienceMs) return waitMs;
    this.#messages.giveBack(1);
    return this.#limits.counting ? 0 : undefined;
  }
}
