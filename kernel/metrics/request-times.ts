import type { Clock } from '#kernel/clock.ts';
import type { PassingFrame } from '#kernel/ipc/passing.ts';
import { Histogram } from '#kernel/metrics/histogram.ts';

// Looking at the clock for each would be a tenth of what a request costs its node.
const ONE_OF = 16;
// One that was given up has no answer: the next one is timed in its place.
const FORGOTTEN_MS = 10_000;

/** Where a node passes a request on to. */
export type Hop = 'lane' | 'node';

/**
 * How long requests take from where a node passes them on to until their answers are back at this node: one of sixteen, and one
 * at a time, so that nothing is allocated for it.
 */
export class RequestTimes {
  readonly times = new Histogram();
  readonly #clock: Clock;
  #left = 0;
  #caller = '';
  #target = '';
  #id = 0;
  #since = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  asked({ sender, target, id }: PassingFrame): void {
    if (this.#left > 0) {
      this.#left -= 1;
      return;
    }
    this.#left = ONE_OF - 1;
    const now = this.#clock.now();
    if (now < this.#since + FORGOTTEN_MS) return;
    this.#caller = sender;
    this.#target = target;
    this.#id = id;
    this.#since = now;
  }

  answered({ sender, target, id }: PassingFrame): void {
    if (id !== this.#id || target !== this.#caller || sender !== this.#target) return;
    this.times.add(this.#clock.now() - this.#since);
    this.#since = -Infinity;
    this.#caller = '';
  }
}
