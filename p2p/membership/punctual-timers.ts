import type { Clock } from '../environment.ts';

/** A timer that runs later than this was held up with all of this node: a busy event loop, a stopped process. */
export const LATE_MS = 50;

/**
 * Timers that know whether this node ran when it should have. When it was held up, what the others sent meanwhile is still
 * unread while its timers run, so that their silence is its own.
 */
export class PunctualTimers {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #running = new Set<() => void>();

  constructor(clock: Pick<Clock, 'now' | 'after'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Calls `run` once, with how late it is; the result takes it back. */
  after(ms: number, run: (lateMs: number) => void): () => void {
    const due = this.#clock.now() + ms;
    const stop = this.#clock.after(ms, () => {
      this.#running.delete(stop);
      run(Math.max(0, this.#clock.now() - due));
    });
    this.#running.add(stop);
    return () => {
      this.#running.delete(stop);
      stop();
    };
  }

  /**
   * The same for what is held against others: it runs only on time. When it is late it is put off by as much again, so that
   * time in which this node did not listen does not count.
   */
  verdict(ms: number, run: () => void): () => void {
    let stop: () => void;
    const wait = (forMs: number): void => {
      stop = this.after(forMs, (lateMs) => {
        if (lateMs <= LATE_MS) run();
        else wait(Math.min(lateMs, Math.max(ms, LATE_MS)));
      });
    };
    wait(ms);
    return () => stop();
  }

  /** Takes back all of them. */
  close(): void {
    for (const stop of this.#running) stop();
    this.#running.clear();
  }
}
