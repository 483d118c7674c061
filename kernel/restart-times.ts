import type { Clock } from '#kernel/clock.ts';

// As the intensity of a supervisor in Erlang: who ends so often will end again, whatever is done.
export const MOST_RESTARTS = 5;
export const WITHIN_MS = 60_000;
const FIRST_DELAY_MS = 100;

/** How long to wait before a vTask is made again that was made again so often of late. */
export function delayAfter(restarts: number): number {
  return FIRST_DELAY_MS * 2 ** restarts;
}

/** When each durable vTask was made again of late. */
export class RestartTimes {
  readonly #clock: Clock;
  /** Who was made again last comes last. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How often within the last minute. */
  count(key: string): number {
    const now = this.#clock.now();
    const times = (this.#times.get(key) ?? []).filter((time) => now - time < WITHIN_MS);
    if (times.length === 0) this.#times.delete(key);
    else this.#times.set(key, times);
    return times.length;
  }

  /** It is made again now. */
  note(key: string): void {
    this.take(key, this.count(key) + 1);
  }

  /** It has come from another node, which had made it again so often. */
  take(key: string, restarts: number): void {
    if (restarts === 0) return;
    const now = this.#clock.now();
    const known = this.#times.get(key) ?? [];
    const more = Array.from({ length: Math.max(0, restarts - known.length) }, () => now);
    this.#times.delete(key);
    this.#times.set(key, [...known, ...more]);
    this.#forgetOld(now);
  }

  /** Of those that nobody asks about any more. */
  #forgetOld(now: number): void {
    for (const [key, times] of this.#times) {
      if (now - times.at(-1)! < WITHIN_MS) return;
      this.#times.delete(key);
    }
  }

  forget(key: string): void {
    this.#times.delete(key);
  }
}
