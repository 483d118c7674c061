import type { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';

/** A way on which nothing overtakes: each thing arrives after some time, and behind those before it. */
export class Pipe {
  readonly #timeline: Timeline;
  #lastAt = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  push(ms: number, arrive: () => void): void {
    this.#lastAt = Math.max(this.#lastAt, this.#timeline.now + ms);
    this.#timeline.at(this.#lastAt, arrive);
  }
}
