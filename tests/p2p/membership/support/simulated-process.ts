import type { Clock } from '#p2p/environment.ts';
import type { Cause, SimulatedTime } from './simulated-time.ts';

/** One life of a process: it can be held up, and end. */
export class SimulatedProcess {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly #time: SimulatedTime;
  #state: 'running' | 'held' | 'ended' = 'running';
  #held: { cause: Cause; run: () => void }[] = [];

  constructor(time: SimulatedTime) {
    this.#time = time;
    this.clock = {
      now: () => time.now,
      after: (ms, run) => {
        let cancelled = false;
        this.later(ms, 'timer', () => {
          if (!cancelled) run();
        });
        return () => {
          cancelled = true;
        };
      },
    };
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Runs something in the process, once it gets to it. */
  later(ms: number, cause: Cause, run: () => void): void {
    this.#time.at(this.#time.now + ms, () => {
      if (this.#state === 'running') run();
      else if (this.#state === 'held') this.#held.push({ cause, run });
    });
  }

  hold(): void {
    if (this.#state === 'running') this.#state = 'held';
  }

  /** Goes on: first with the timers that are due, then with what came meanwhile. */
  release(): void {
    if (this.#state !== 'held') return;
    this.#state = 'running';
    const held = this.#held;
    this.#held = [];
    for (const wanted of ['timer', 'message'])
      for (const { cause, run } of held) if (cause === wanted) run();
  }

  end(): void {
    this.#state = 'ended';
    this.#held = [];
  }
}
