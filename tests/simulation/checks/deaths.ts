/** Nobody is told that a vTask has died which lives. */
export class Deaths {
  readonly #fault: (what: string) => void;
  readonly #told = new Set<string>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  /** Somebody was told that it has. */
  told(vtid: string): void {
    this.#told.add(vtid);
  }

  /** Once nothing is under way any more: whoever has died never lives again. */
  finish(isAlive: (vtid: string) => boolean): void {
    for (const vtid of this.#told)
      if (isAlive(vtid)) this.#fault(`it was said that ${vtid} has died, which lives`);
  }
}
