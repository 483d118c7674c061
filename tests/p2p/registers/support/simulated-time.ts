import { Heap } from '#kernel/heap.ts';
import type { Clock } from '#p2p/environment.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const EVENTS_A_ROUND = 64;

/** What happens in a simulated world, in order of time: a heap of events, and after each whatever follows from it. */
export class Timeline {
  now = 0;
  /** Events so far: the same for the same seed. */
  events = 0;
  readonly #heap = new Heap<Event>(before);
  #order = 0;

  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  /** Of two at the same time, whichever was asked for first comes first. */
  at(time: number, run: () => void): void {
    this.#heap.push({ at: time, order: this.#order++, run });
  }

  /** Runs until that time, or until there is nothing to wait for. */
  async runUntil(time: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let [left, over] = [0, false];
      const step = (): void => {
        if (over) return;
        left -= 1;
        try {
          over = !this.#next(time);
        } catch (error) {
          over = true;
          return reject(error);
        }
        if (over) resolve();
        else if (left === 0) more();
      };
      // Between two immediates of one round all promises that can go on do so, and a round of the event loop takes longer than most
      // of what happens.
      const more = (): void => {
        left = EVENTS_A_ROUND;
        for (let event = 0; event < EVENTS_A_ROUND; event += 1) setImmediate(step);
      };
      more();
    });
    this.now = time;
  }

  /** The next thing happens; false if nothing does until that time. */
  #next(time: number): boolean {
    const next = this.#heap.peek();
    if (next === undefined || next.at > time) return false;
    this.#heap.pop();
    this.now = next.at;
    this.events += 1;
    next.run();
    return true;
  }
}

function before(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** The clock of one process: it runs at a rate of its own, and its timers end with the process. */
export class ProcessClock implements Clock {
  alive = true;
  readonly #timeline: Timeline;
  readonly #rate: number;

  constructor(timeline: Timeline, rate: number) {
    this.#timeline = timeline;
    this.#rate = rate;
  }

  now(): number {
    return this.#timeline.now * this.#rate;
  }

  wallTime(): number {
    return 1_700_000_000_000 + this.now();
  }

  after(ms: number, run: () => void): () => void {
    let wanted = true;
    this.#timeline.after(ms / this.#rate, () => {
      if (wanted && this.alive) run();
    });
    return () => {
      wanted = false;
    };
  }
}
