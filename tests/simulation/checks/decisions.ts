import { TRIAL } from '#node/managers/trial.ts';

// As long as a node waits for a manager.
const ANSWERS_WITHIN_MS = 5_000;

/** Where managers are components they decide everything, and no node falls back on the function that it has for each. */
export class Decisions {
  readonly #fault: (what: string) => void;
  readonly #taken = new Map<string, number>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  get count(): number {
    return [...this.#taken.values()].reduce((sum, each) => sum + each, 0);
  }

  /** A component has answered. @param functionName as `posiv:managers/task@0.1.0#assign` */
  taken(functionName: string): void {
    this.#taken.set(functionName, (this.#taken.get(functionName) ?? 0) + 1);
  }

  /** @param sinceStoppedMs how long ago its node went on that had been stopped, and may have had no time to hear an answer */
  fellBack(machine: string, manager: string, why: string, sinceStoppedMs: number): void {
    if (sinceStoppedMs < ANSWERS_WITHIN_MS && why.startsWith('no answer')) return;
    this.#fault(`${machine} decided in place of its ${manager} manager: ${why}`);
  }

  /** Every function of every manager has decided something. */
  finish(): void {
    for (const [name, functions] of Object.entries(TRIAL))
      for (const method of Object.keys(functions)) {
        const functionName = `posiv:managers/${name}@0.1.0#${method}`;
        if (!this.#taken.has(functionName))
          this.#fault(`no component has decided anything by ${functionName}`);
      }
  }
}
