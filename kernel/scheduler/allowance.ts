import type { Clock } from '#kernel/clock.ts';

/**
 * So many milliseconds of each turn of an event loop: what is left when they are used up goes on in the next one, after others
 * have been heard.
 */
export class Allowance {
  readonly #clock: Clock;
  readonly #ms: number;
  #renewed = (): void => {};
  #ends: number | undefined;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Who is told when the next turn has come: one of those who share it. */
  follow(renewed: () => void): void {
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
