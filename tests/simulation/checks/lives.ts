/** Nothing that a life of a node begins after the others have agreed on its end changes a register. */
export class Lives {
  readonly #fault: (what: string) => void;
  /** Of each node the newest life that is over. */
  readonly #over = new Map<string, number>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  /** Some node knows that this life and all before it are over. */
  ended(node: string, incarnation: number): void {
    this.#over.set(node, Math.max(incarnation, this.#over.get(node) ?? 0));
  }

  isOver(node: string, incarnation: number): boolean {
    return incarnation <= (this.#over.get(node) ?? 0);
  }

  /** It was told that it has changed a register. @param over whether it was when it began to */
  changed(node: string, incarnation: number, key: string, over: boolean): void {
    if (over) this.#fault(`life ${incarnation} of ${node}, which is over, changed register ${key}`);
  }
}
