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
  const seen = new Set<string>();
  // What is done: all before `first`, and those after it whose bits are set. Most of what is known to be done lies before it.
  const search = (first: number, after: bigint, left: number, state: S): boolean => {
    if (left === 0) return true;
    const name = `${first} ${after.toString(36)} ${nameOf(state)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    let firstAnswer = Infinity;
    const candidates: number[] = [];
    for (let at = first; at < all.length; at += 1) {
      if ((after >> BigInt(at - first)) & 1n) continue;
      const { call, answered } = all[at]!;
      if (call > firstAnswer) break; // whoever was answered before this one began is before it
      candidates.push(at);
      firstAnswer = Math.min(firstAnswer, answered);
    }
    for (const at of candidates) {
      const entry = all[at]!;
      if (entry.call > firstAnswer) continue;
      const next = applied(state, entry);
      if (next === undefined) continue;
      let [from, beyond] = [first, after | (1n << BigInt(at - first))];
      for (; beyond & 1n; from += 1) beyond >>= 1n;
      if (search(from, beyond, left - (entry.answered === Infinity ? 0 : 1), next)) return true;
    }
    return false;
  };
  const mustBe = all.filter(({ answered }) => answered !== Infinity).length;
  return search(0, 0n, mustBe, initial);
}
