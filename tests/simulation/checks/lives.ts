// A guest runs for a millisecond or so before it is interrupted, and is looked at when it says something.
const SLACK_MS = 20;

/**
 * Nothing that a life of a node begins after the others have agreed on its end changes a register, and no guest of it runs
 * while its lease may have run out.
 */
export class Lives {
  readonly #fault: (what: string) => void;
  /** Of each node the newest life that is over. */
  readonly #over = new Map<string, number>();

  /** Since when each node has been seen not to have its lease for sure. */
  readonly #idleSince = new Map<string, number>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  /** Looked at from time to time, and when a guest of the node does something. Times are in milliseconds. */
  acts(node: string, mayAct: boolean, now: number, what?: string): void {
    if (mayAct) return void this.#idleSince.delete(node);
    const since = this.#idleSince.get(node) ?? now;
    this.#idleSince.set(node, since);
    if (what === undefined || now - since <= SLACK_MS) return;
    this.#fault(
      `${what} on ${node}, whose lease may have run out ${Math.round(now - since)} ms ago`,
    );
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
