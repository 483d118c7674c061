import type { Clock, Random } from './environment.ts';

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000; // a node that comes back is found within this
const JITTER = 0.5; // of the pause: nodes that lost one another do not dial in step

export interface RedialerComponents {
  clock: Clock;
  random: Random;
}

/** Tries something again and again, with growing pauses, until it works or is stopped. */
export class Redialer {
  readonly #components: RedialerComponents;
  readonly #attempt: (signal: AbortSignal) => Promise<void>;
  #running: AbortController | undefined;
  #cancelPause: (() => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param attempt resolves when nothing more is to be done; rejects to be called again */
  constructor(components: RedialerComponents, attempt: (signal: AbortSignal) => Promise<void>) {
    this.#components = components;
    this.#attempt = attempt;
  }

  /** Begins, unless it has begun. */
  start(): void {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    this.#pauseMs = FIRST_PAUSE_MS;
    void this.#run(running);
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
    const { clock, random } = this.#components;
    const pauseMs = this.#pauseMs * (1 - JITTER * random.next());
    this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
    this.#cancelPause = clock.after(pauseMs, () => {
      this.#cancelPause = undefined;
      void this.#run(running);
    });
  }
}
