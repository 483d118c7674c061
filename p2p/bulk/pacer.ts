import type { Tick } from '../outbox.ts';

/**
 * Hands out turns, one for each turn of the event loop: pulls share it, so that the encryption of a piece (.4 ms for
 * 64 KiB) is the longest that they hold back anything else.
 */
export class Pacer {
  readonly #tick: Tick;
  readonly #waiting: (() => void)[] = [];
  #ticking = false;

  constructor(tick: Tick) {
    this.#tick = tick;
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#tick(() => {
      this.#ticking = false;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}
