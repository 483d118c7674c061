import type { Clock } from '#p2p/environment.ts';
import type { Decide, Outcome } from '#p2p/registers/outcome.ts';

/** One register, whose acceptors a test can take away. */
export class OneRegister {
  reachable = true;
  /** What is changed is, but nobody hears of it. */
  mute = false;
  readonly #clock: Clock;
  #version = 0;
  #value: Uint8Array | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async change(_key: string, decide: Decide, timeoutMs: number): Promise<Outcome> {
    if (!this.reachable) return this.#late({ tag: 'unavailable' }, timeoutMs);
    const wish = decide({ version: this.#version, value: this.#value });
    if (wish !== undefined) {
      this.#version += 1;
      this.#value = wish.value;
    }
    if (this.mute) return this.#late({ tag: 'unknown' }, timeoutMs);
    const register = { version: this.#version, value: this.#value };
    return { tag: 'ok', register, written: wish !== undefined };
  }

  async read(_key: string, timeoutMs: number): Promise<Outcome> {
    if (!this.reachable) return this.#late({ tag: 'unavailable' }, timeoutMs);
    const register = { version: this.#version, value: this.#value };
    return { tag: 'ok', register, written: false };
  }

  async #late(outcome: Outcome, timeoutMs: number): Promise<Outcome> {
    await new Promise<void>((resolve) => this.#clock.after(timeoutMs, resolve));
    return outcome;
  }
}
