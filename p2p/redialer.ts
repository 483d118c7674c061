import type { Clock, Random } from './environment.ts';

const FIRST_PAUSE_MS = 100;
const JITTER = 0.5; // of the pause: nodes that lost one another do not dial in step

export interface RedialerComponents {
  clock: Clock;
  random: Random;
}

/** Tries something again and again, with growing pauses, until it works or is stopped. */
export class Redialer {
  readonly #components: RedialerComponents;
  readonly #attempt: (signal: AbortSignal) => Promise<void>;
  readonly #longestPauseMs: () => number;
  #running: AbortController | undefined;
  #cancelPause: (() => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /**
   * @param attempt resolves when nothing more is to be done; rejects to be called again
   * @param longestPauseMs at present: whoever comes back is found within it
   */
  constructor(
    components: RedialerComponents,
    attempt: (signal: AbortSignal) => Promise<void>,
    longestPauseMs: () => number,
  ) {
    this.#components = components;
    this.#attempt = attempt;
    this.#longestPauseMs = longestPauseMs;
  }

  /** Begins, after so many milliseconds, unless it has begun. */
  start(afterMs = 0): void {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (afterMs === 0) void this.#run(running);
    else this.#later(running, afterMs);
  }

  stop(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(running: AbortController): Promise<void> {
    try {
      await this.#attempt(running.signal);
      if (this.#running === running) this.#running = undefined;
    } catch {
      if (this.#running === running) this.#pause(running); // the attempt has told its owner why
    }
  }

  #pause(running: AbortController): void {
    const longestMs = this.#longestPauseMs();
    const pauseMs = Math.min(this.#pauseMs, longestMs);
    this.#pauseMs = Math.min(2 * pauseMs, longestMs);
    this.#later(running, pauseMs * (1 - JITTER * this.#components.random.next()));
  }

  #later(running: AbortController, ms: number): void {
    this.#cancelPause = this.#components.clock.after(ms, () => {
      this.#cancelPause = undefined;
      void this.#run(running);
    });
  }
}
