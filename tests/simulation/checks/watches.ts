interface Watch {
  readonly watcher: string;
  readonly id: number;
  readonly target: string;
}

/** What has become of a vTask, as far as its node knows; `lost` with it. */
export type Fate = 'alive' | 'exited' | 'died' | 'lost' | 'unknown';

/** A watch for a death fires once if its target has died and its watcher lives, and not at all if it lives or has exited. */
export class Watches {
  readonly #fault: (what: string) => void;
  readonly #set: Watch[] = [];
  readonly #fired = new Map<string, string>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  set(watcher: string, id: number, target: string): void {
    this.#set.push({ watcher, id, target });
  }

  fired(watcher: string, id: number, target: string): void {
    const key = `${watcher} ${id}`;
    if (this.#fired.has(key)) this.#fault(`watch ${id} of ${watcher} fired twice`);
    this.#fired.set(key, target);
  }

  /** Once nothing is under way any more. */
  finish(isAlive: (vtid: string) => boolean, fateOf: (vtid: string) => Fate): void {
    for (const { watcher, id, target } of this.#set) {
      if (!isAlive(watcher)) continue;
      const fired = this.#fired.get(`${watcher} ${id}`);
      const fate = fateOf(target);
      if (fired !== undefined && fired !== target)
        this.#fault(`watch ${id} of ${watcher} on ${target} fired for ${fired}`);
      if (fired === undefined && (fate === 'died' || fate === 'lost'))
        this.#fault(
          `watch ${id} of ${watcher} never fired, and ${target} ${fate === 'lost' ? 'was lost' : 'died'}`,
        );
      if (fired !== undefined && (fate === 'exited' || fate === 'alive'))
        this.#fault(
          `watch ${id} of ${watcher} for the death of ${target} fired, which ${fate === 'alive' ? 'lives' : 'exited'}`,
        );
    }
  }
}
