/** Something that was asked for and answered, times in any unit. */
export interface Timed {
  readonly call: number;
  /** Infinity if nobody knows whether it had an effect. */
  readonly answered: number;
}

export interface Model<E, S> {
  readonly initial: S;
  /** The state after it, if it may be carried out on this state with the answer that it had. */
  applied(state: S, entry: E): S | undefined;
  /** The same for equal states, and for no others. */
  nameOf(state: S): string;
}

/**
 * Whether all of these could have happened one after another, each between its call and its answer: the search of Wing and
 * Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory of the sets of operations and states that led
 * nowhere ("Testing for linearizability", 2017).
 */
export function isLinearizable<E extends Timed, S>(
  entries: readonly E[],
  { initial, applied, nameOf }: Model<E, S>,
): boolean {
  const all = entries.toSorted((one, other) => one.call - other.call);
  const mustBe = all.reduce(
    (set, { answered }, at) => (answered === Infinity ? set : set | (1n << BigInt(at))),
    0n,
  );
  const seen = new Set<string>();
  const search = (done: bigint, state: S): boolean => {
    if ((done & mustBe) === mustBe) return true;
    const name = `${done.toString(36)} ${nameOf(state)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    let firstAnswer = Infinity;
    const candidates: number[] = [];
    for (let at = 0; at < all.length; at += 1) {
      if ((done >> BigInt(at)) & 1n) continue;
      const { call, answered } = all[at]!;
      if (call > firstAnswer) break; // whoever was answered before this one began is before it
      candidates.push(at);
      firstAnswer = Math.min(firstAnswer, answered);
    }
    for (const at of candidates) {
      const entry = all[at]!;
      if (entry.call > firstAnswer) continue;
      const next = applied(state, entry);
      if (next !== undefined && search(done | (1n << BigInt(at)), next)) return true;
    }
    return false;
  };
  return search(0n, initial);
}
