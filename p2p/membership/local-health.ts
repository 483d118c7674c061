const WORST = 8; // Lifeguard's S: a node in trouble probes nine times as slowly

/**
 * How sure this node may be of itself: Lifeguard's local health multiplier. 0 is good. Whatever speaks for this node being
 * slow or cut off makes it worse, each probe that is answered in time makes it better; the worse, the more time it gives
 * to others, for it is then more likely to be at fault than they.
 */
export class LocalHealth {
  #score = 0;

  /** 0 to 8. */
  get score(): number {
    return this.#score;
  }

  /** What periods and time-outs are multiplied by. */
  get multiplier(): number {
    return this.#score + 1;
  }

  get isWorst(): boolean {
    return this.#score === WORST;
  }

  better(): void {
    this.#score = Math.max(0, this.#score - 1);
  }

  worse(by = 1): void {
    this.#score = Math.min(WORST, this.#score + by);
  }
}
