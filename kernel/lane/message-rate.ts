import type { Clock } from '#kernel/clock.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';

/** How often one vTask may send. */
export class MessageRate {
  readonly #limits: Limits;
  readonly #clock: Clock;
  /** None for most: they have no rate. */
  #messages: TokenBucket | undefined;

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    if (limits.paced) this.adjusted();
  }

  /** The rate has changed. */
  adjusted(): void {
    const { messageRate } = this.#limits.quota;
    const now = this.#clock.now();
    if (this.#messages) this.#messages.adjust(messageRate, now);
    else if (this.#limits.paced) this.#messages = new TokenBucket(messageRate, 1, now);
  }

  /**
   * A message or request is to be sent. Says for how many milliseconds its rate holds it back: 0 mostly, and undefined,
   * without counting it as sent, where that is longer than it may take.
   */
  take(patienceMs: number): number | undefined {
    if (!this.#messages || !this.#limits.paced) return 0; // without a look at the clock
    const waitMs = this.#messages.take(1, this.#clock.now());
    if (waitMs === 0) return 0;
    if (this.#limits.refuses('message-rate') && waitMs <= patienceMs) return waitMs;
    this.#messages.giveBack(1);
    return this.#limits.counting ? 0 : undefined;
  }
}
