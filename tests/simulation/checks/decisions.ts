import { TRIAL } from '#node/managers/trial.ts';

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

  /** A node has not waited for its component. */
  fellBack(machine: string, manager: string, why: string): void {
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
