/** A name has one bearer: nothing that an earlier one does has effect once the next has begun. Nor of one that was killed. */
export class Bearers {
  readonly #fault: (what: string) => void;
  readonly #bearers = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #born = new Set<string>();
  readonly #killed = new Set<string>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  /** A vTask with this name, if it has one, has begun. */
  born(vtid: string, name: string | undefined): void {
    if (this.#born.has(vtid)) this.#fault(`${vtid} began twice`);
    this.#born.add(vtid);
    if (name === undefined) return;
    this.#names.set(vtid, name);
    this.#bearers.set(name, vtid);
  }

  /** It has done something that can be seen. */
  acted(vtid: string, what: string): void {
    if (this.#killed.has(vtid)) this.#fault(`${vtid} did '${what}' after it was killed`);
    const name = this.#names.get(vtid);
    const bearer = name === undefined ? vtid : this.#bearers.get(name);
    if (bearer !== vtid) this.#fault(`${vtid} did '${what}' as ${name}, which ${bearer} is now`);
  }

  /** Whoever had it killed was told that it is done. */
  killed(vtid: string): void {
    this.#killed.add(vtid);
  }

  /** All that bear a name now, by the tables of all nodes. */
  living(bearers: Iterable<{ readonly name?: string; readonly vtid: string }>): void {
    const seen = new Map<string, string>();
    for (const { name, vtid } of bearers) {
      if (name === undefined) continue;
      const other = seen.get(name);
      if (other !== undefined) this.#fault(`${other} and ${vtid} both bear ${name}`);
      seen.set(name, vtid);
    }
  }
}
