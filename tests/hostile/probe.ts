import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 2;

/** Asks somebody quiet again and again, and takes the time. */
export class Probe implements AsyncDisposable {
  readonly #ask: () => Promise<string | undefined>;
  readonly #asking: Promise<void>;
  #samples: number[] = [];
  #failure: string | undefined;
  #ends = false;

  /** @param ask resolves when the answer has come: with what went wrong, or nothing */
  constructor(ask: () => Promise<string | undefined>) {
    this.#ask = ask;
    this.#asking = this.#goOn();
  }

  /** What went wrong, if there has ever been no answer: nobody is asked any more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The milliseconds that each answer took since this was last called. */
  take(): readonly number[] {
    const samples = this.#samples;
    this.#samples = [];
    return samples;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ends = true;
    await this.#asking;
  }

  async #goOn(): Promise<void> {
    while (!this.#ends && this.#failure === undefined) {
      const since = performance.now();
      this.#failure = await this.#ask();
      this.#samples.push(performance.now() - since);
      await pause(EVERY_MS);
    }
  }
}
