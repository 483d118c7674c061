import type { Random } from '#p2p/environment.ts';
import type { Timeline } from './simulated-time.ts';

export interface NetworkFaults {
  /** Of frames, between 0 and 1. */
  readonly lost: number;
  readonly doubled: number;
  /** Longest time on the way, in milliseconds: frames overtake each other. */
  readonly slowMs: number;
}

/** Frames that are late, out of order, twice there or not at all. */
export class SimulatedNetwork {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #faults: NetworkFaults;
  readonly #cut = new Set<string>();
  readonly #deliver: (from: string, to: string, frame: Uint8Array) => void;
  #calm = false;

  constructor(
    timeline: Timeline,
    random: Random,
    faults: NetworkFaults,
    deliver: (from: string, to: string, frame: Uint8Array) => void,
  ) {
    this.#timeline = timeline;
    this.#random = random;
    this.#faults = faults;
    this.#deliver = deliver;
  }

  send(from: string, to: string, frame: Uint8Array): void {
    const { lost, doubled, slowMs } = this.#faults;
    const draw = this.#random.next();
    if (!this.#calm && draw < lost) return;
    const times = !this.#calm && draw > 1 - doubled ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const ms = 0.1 + this.#random.next() ** 4 * slowMs;
      this.#timeline.after(ms, () => {
        if (!this.#cut.has(`${from} ${to}`)) this.#deliver(from, to, frame);
      });
    }
  }

  /** Nothing gets from one to the other. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from} ${to}`);
  }

  mend(): void {
    this.#cut.clear();
  }

  /** Nothing is lost or doubled any more, nor cut off. */
  calm(): void {
    this.mend();
    this.#calm = true;
  }
}
