import type { Clock } from './components.ts';

const BURST_MS = 2_000; // of the rate, that may be used at once

/** How fast copies are made: whoever reads and writes comes first. */
export class RepairPace {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  #left: number;
  #at: number;

  /** @param bytesPerSecond of this node */
  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#left = this.#bytesPerMs * BURST_MS;
    this.#at = clock.now();
  }

  /** Resolves when so many bytes may be sent, or the signal fires. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const grown = this.#left + (now - this.#at) * this.#bytesPerMs;
    this.#at = now;
    this.#left = Math.min(grown, this.#bytesPerMs * BURST_MS) - bytes;
    if (this.#left >= 0 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(-this.#left / this.#bytesPerMs, resolve);
    const stop = (): void => resolve();
    signal.addEventListener('abort', stop, { once: true });
    await promise;
    cancel();
    signal.removeEventListener('abort', stop);
  }
}
