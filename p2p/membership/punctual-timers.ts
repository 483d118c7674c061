import type { Clock } from '../environment.ts';

/** A timer that runs later than this was held up with all of this node: a busy event loop, a stopped process. */
export const LATE_MS = 50;
const EARLY_MS = 1; // of a clock with a fraction and timers without

/**
 * Timers that know whether this node ran when it should have. When it was held up, what the others sent meanwhile is still
 * unread while its timers run, so that their silence is its own: what is held against others is measured in time in which
 * this node listened.
 */
export class PunctualTimers {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #running = new Set<() => void>();
  /** In which this node is known to have been held up, in all, and when that was last. */
  #lostMs = 0;
  #lostUntil = -Infinity;

  constructor(clock: Pick<Clock, 'now' | 'after'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** The same, less the time in which this node did not listen. */
  listened(): number {
    return this.#clock.now() - this.#lostMs;
  }

  /** Calls `run` once, with how late it is; the result takes it back. */
  after(ms: number, run: (lateMs: number) => void): () => void {
    const due = this.#clock.now() + ms;
    const stop = this.#clock.after(ms, () => {
      this.#running.delete(stop);
      const lateMs = Math.max(0, this.#clock.now() - due);
      if (lateMs > LATE_MS) this.#lose(due);
      run(lateMs);
    });
    this.#running.add(stop);
    return () => {
      this.#running.delete(stop);
      stop();
    };
  }

  /**
   * The same for what is held against others: after so many milliseconds in which this node listened, and never right after
   * a delay, but as much later, when what came meanwhile has been read.
   */
  verdict(ms: number, run: () => void): () => void {
    const due = this.listened() + ms;
    let stop: () => void;
    const wait = (forMs: number): void => {
      stop = this.after(forMs, (lateMs) => {
        const unreadMs = lateMs > LATE_MS ? Math.min(lateMs, Math.max(ms, LATE_MS)) : 0;
        const leftMs = Math.max(due - this.listened(), unreadMs);
        if (leftMs > EARLY_MS) wait(leftMs);
        else run();
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

  /** Of several timers that one delay made late, each loses only what those before it have not. */
  #lose(due: number): void {
    const now = this.#clock.now();
    this.#lostMs += now - Math.max(due, this.#lostUntil);
    this.#lostUntil = now;
  }
}
