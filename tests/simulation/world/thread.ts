import type { Clock } from '#kernel/clock.ts';
import type { Event } from '#tests/p2p/registers/support/simulated-time.ts';
import type { Process } from './process.ts';

// A look at the clock takes this long: who computes without end, looking, comes to the end of its turn.
const LOOK_MS = 0.000_2;
// A thread that is busy for no longer than this takes the next thing at once: it would be one more event for nothing.
const NEGLIGIBLE_MS = 0.05;

/** One thread of a process: does one thing after another, in the order in which they come up, and knows the time. */
export class Thread implements Clock {
  readonly process: Process;
  #queue: (() => void)[] = [];
  #pumping = false;
  /** Of the world's time: when it is done with what it does. */
  #busyUntil = 0;
  #usedMs = 0;
  #timers = 0;
  #ended = false;

  constructor(process: Process) {
    this.process = process;
  }

  get timers(): number {
    return this.#timers;
  }

  /** Milliseconds that it has computed. */
  get usedMs(): number {
    return this.#usedMs;
  }

  now(): number {
    const { timeline, init } = this.process;
    this.#busyUntil = Math.max(this.#busyUntil, timeline.now) + LOOK_MS;
    return this.#busyUntil * init.rate;
  }

  wallTime(): number {
    const { timeline, init } = this.process;
    return 1_700_000_000_000 + Math.floor(timeline.now * init.rate) + init.wallOffsetMs;
  }

  after(ms: number, fn: () => void): () => void {
    let wanted = true;
    this.#timers += 1;
    const { timeline, init } = this.process;
    const event = this.later(ms / init.rate, () => {
      if (!wanted) return;
      off();
      fn();
    });
    const off = (): void => {
      if (!wanted) return;
      wanted = false;
      this.#timers -= 1;
      if (event) timeline.takeBack(event); // it may have come up, and wait for its turn
    };
    return off;
  }

  soon(fn: () => void): void {
    this.later(0, fn);
  }

  /** It computes for so long. */
  spend(ms: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, this.process.timeline.now) + ms;
    this.#usedMs += ms;
  }

  /** Does something after so many milliseconds of the world, once it gets to it. */
  later(ms: number, fn: () => void): Event | undefined {
    if (!this.process.alive || this.#ended) return undefined;
    return this.process.timeline.after(Math.max(0, ms), () => this.take(fn));
  }

  /** Something has come up: it does it at once, if it has nothing else to do. */
  take(fn: () => void): void {
    if (!this.process.alive || this.#ended) return;
    if (this.#queue.length === 0 && this.#isFree()) return fn();
    this.#queue.push(fn);
    this.pump();
  }

  /** Goes on with what waits, one thing an event. */
  pump(): void {
    if (this.#pumping || this.#queue.length === 0 || !this.process.running) return;
    this.#pumping = true;
    const { timeline } = this.process;
    timeline.after(Math.max(0, this.#busyUntil - timeline.now), () => {
      this.#pumping = false;
      if (!this.process.running || this.#ended) return;
      if (this.#isFree()) this.#queue.shift()?.();
      this.pump();
    });
  }

  /** Nothing of it runs any more. */
  end(): void {
    this.#ended = true;
    this.#queue = [];
    this.process.forget(this);
  }

  #isFree(): boolean {
    const { running, timeline } = this.process;
    return running && this.#busyUntil - timeline.now <= NEGLIGIBLE_MS;
  }
}
