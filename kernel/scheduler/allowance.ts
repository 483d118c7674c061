import type { Clock } from '#kernel/clock.ts';

/**
 * So many milliseconds of each turn of an event loop: what is left when they are used up goes on in the next one, after others
 * have been heard.
 */
export class Allowance {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #renewed: () => void;
  #ends: number | undefined;

  /** @param renewed the next turn has come */
  constructor(clock: Clock, ms: number, renewed = (): void => {}) {
    this.#clock = clock;
    this.#ms = ms;
    this.#renewed = renewed;
  }

  /** Whether they are over in this turn. They begin when this is first asked in it. */
  isOver(now: number): boolean {
    if (this.#ends !== undefined) return now >= this.#ends;
    this.#ends = now + this.#ms;
    this.#clock.soon(() => {
      this.#ends = undefined;
      this.#renewed();
    });
    return false;
  }
}
