import { Heap, isBefore, type Placed } from '#kernel/heap.ts';
import type { Clock } from '#p2p/environment.ts';

/** Something that is to happen. */
export interface Event extends Placed {
  /** In which they were asked for. */
  readonly order: number;
  /** Undefined: it was taken back. */
  run: (() => void) | undefined;
}

const EVENTS_A_ROUND = 64;
const MOST_IDLE = 256; // taken back and still in the heap, besides as many as there are others

/** What happens in a simulated world, in order of time: a heap of events, and after each whatever follows from it. */
export class Timeline {
  now = 0;
  /** Events so far: the same for the same seed. */
  events = 0;
  readonly #heap = new Heap<Event>();
  /** Those of the present, in their order: most events follow from another at once. */
  #present: Event[] = [];
  #presentFrom = 0;
  #order = 0;
  /** How many of them were taken back. */
  #idle = 0;

  after(ms: number, run: () => void): Event {
    return this.at(this.now + ms, run);
  }

  /** Of two at the same time, whichever was asked for first comes first. */
  at(time: number, run: () => void): Event {
    const event = { at: Math.max(this.now, time), order: this.#order++, run };
    if (event.at === this.now) this.#present.push(event);
    else this.#heap.push(event);
    return event;
  }

  /** It does not happen, unless it has. */
  takeBack(event: Event): void {
    if (event.run === undefined) return;
    event.run = undefined;
    this.#idle += 1;
    if (this.#idle <= MOST_IDLE + this.#heap.size / 2) return;
    this.#heap.keep(({ run }) => run !== undefined);
    this.#idle = 0;
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
    for (;;) {
      const event = this.#first();
      if (event === undefined || event.at > time) return false;
      this.#drop(event);
      const { run } = event;
      if (run === undefined) {
        this.#idle = Math.max(0, this.#idle - 1);
        continue;
      }
      event.run = undefined;
      this.now = event.at;
      this.events += 1;
      run();
      return true;
    }
  }

  #first(): Event | undefined {
    const present = this.#present[this.#presentFrom];
    const later = this.#heap.peek();
    if (present === undefined) return later;
    return later !== undefined && isBefore(later, present) ? later : present;
  }

  #drop(event: Event): void {
    if (event !== this.#present[this.#presentFrom]) {
      this.#heap.pop();
      return;
    }
    this.#presentFrom += 1;
    if (this.#presentFrom < this.#present.length) return;
    this.#present = [];
    this.#presentFrom = 0;
  }
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
    const event = this.#timeline.after(ms / this.#rate, () => {
      if (this.alive) run();
    });
    return () => this.#timeline.takeBack(event);
  }
}
