/** What is out at most: a neighbour that does not answer for an eighth of a second is not to be asked without end. */
export const MOST_OUT = 64;

export interface OpenLoopComponents {
  /** Asks somebody, and waits for the answer. */
  readonly ask: () => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Takes the time of answers to what is asked by a schedule, whatever is still out. Who asks only after an answer asks just once
 * while somebody is held up, and a stall of a hundred milliseconds is one answer of many ("coordinated omission", Tene, 2015).
 */
export class OpenLoop {
  readonly #components: OpenLoopComponents;
  #samples: number[] = [];
  /** When those were asked that are out. */
  readonly #out = new Set<{ readonly since: number }>();
  /** When those were due for whom too many were out: they would have been answered no sooner than the next answer comes. */
  #held: number[] = [];

  constructor(components: OpenLoopComponents) {
    this.#components = components;
  }

  /** It is time to ask. Settles when that is over, and rejects as `ask` does. */
  async due(): Promise<void> {
    const { ask, now } = this.#components;
    const one = { since: now() };
    if (this.#out.size === MOST_OUT) {
      this.#held.push(one.since);
      return;
    }
    this.#out.add(one);
    try {
      await ask();
    } finally {
      this.#out.delete(one);
    }
    const at = now();
    this.#samples.push(at - one.since);
    for (const each of this.#held) this.#samples.push(at - each);
    this.#held = [];
  }

  /** The milliseconds that each answer took that has come since this was last called, and that those have taken that are out. */
  take(): readonly number[] {
    const at = this.#components.now();
    const out = [...[...this.#out].map(({ since }) => since), ...this.#held];
    const samples = [...this.#samples, ...out.map((since) => at - since)];
    this.#samples = [];
    return samples;
  }
}
