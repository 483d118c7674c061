import type { Clock } from '#kernel/clock.ts';

// Of each turn of the event loop, beside what the vTasks of the lane take.
const TURN_MS = 0.5;

interface Return {
  readonly steps: Iterator<number>;
  /** Bytes that are still held. */
  left: number;
  readonly done: (left: number) => void;
}

/** What ended vTasks held, on its way back to the system: so much in a turn as others can wait for. */
export class PageReturns {
  readonly #clock: Clock;
  #waiting: Return[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param steps each gives the bytes that went back
   * @param done is told of the bytes that did not, in the end
   */
  add(bytes: number, steps: Iterator<number>, done: (left: number) => void): void {
    this.#waiting.push({ steps, left: bytes, done });
    if (this.#waiting.length === 1) this.#goOn();
  }

  #goOn(): void {
    this.#clock.soon(() => {
      const until = this.#clock.now() + TURN_MS;
      for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
        const { done, value } = first.steps.next();
        if (done === true) {
          this.#waiting.shift();
          first.done(first.left);
        } else first.left -= value;
        if (this.#clock.now() >= until) break;
      }
      if (this.#waiting.length > 0) this.#goOn();
    });
  }
}
