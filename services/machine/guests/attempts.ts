const FIRST_WAIT_MS = 4_000;
const LONGEST_WAIT_MS = 60_000;
/** What made a node say no may have gone by then: another machine, or whoever had its port. */
const FULL_FOR_MS = 30_000;

interface Attempt {
  waitMs: number;
  /** When it is tried again. */
  again: number;
}

/**
 * What came of having machines leave their nodes. One that could not is tried again later, and later each time, and not on nodes that have just
 * said no: a cluster that is full is not kept busy by that. Times are milliseconds of one clock.
 */
export class Attempts {
  readonly #failed = new Map<string, Attempt>();
  readonly #full = new Map<string, number>();

  /** Whether a machine is to be tried now. */
  isDue(machine: string, now: number): boolean {
    return now >= (this.#failed.get(machine)?.again ?? 0);
  }

  /** It could not leave. @returns whether that is new */
  failed(machine: string, now: number): boolean {
    // Of those that nobody has tried for long nothing has to be known.
    for (const [each, { again }] of this.#failed)
      if (now - again > LONGEST_WAIT_MS) this.#failed.delete(each);
    const before = this.#failed.get(machine);
    const waitMs = before ? Math.min(2 * before.waitMs, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    this.#failed.set(machine, { waitMs, again: now + waitMs });
    return before === undefined;
  }

  left(machine: string): void {
    this.#failed.delete(machine);
  }

  /** A node has said that it has no room for machines of a group, which are all alike. */
  full(node: string, group: string, now: number): void {
    for (const [each, until] of this.#full) if (now >= until) this.#full.delete(each);
    this.#full.set(`${node} ${group}`, now + FULL_FOR_MS);
  }

  /** Those of the nodes that have not said so of late. */
  roomy(nodes: readonly string[], group: string, now: number): string[] {
    return nodes.filter((node) => now >= (this.#full.get(`${node} ${group}`) ?? 0));
  }
}
