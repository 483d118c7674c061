/** Something that was asked for and answered, times in any unit. */
export interface Timed {
  readonly call: number;
  /** Infinity if nobody knows whether it had an effect. */
  readonly answered: number;
}

export interface Model<E, S> {
  readonly initial: S;
  /**
   * Set where whatever changes the state leaves one that does not depend on the one before. Then one of which nobody knows whether it had an
   * effect is of use only right before one with an answer that could not be carried out otherwise: far fewer orders to try.
   */
  readonly overwrites?: boolean;
  /** The state after it, if it may be carried out on this state with the answer that it had. */
  applied(state: S, entry: E): S | undefined;
  /** Whether it changes no state that it may be carried out on. */
  isRead(entry: E): boolean;
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
  { initial, overwrites, applied, isRead, nameOf }: Model<E, S>,
): boolean {
  const sorted = entries.toSorted((one, other) => one.call - other.call);
  const all = sorted.filter(({ answered }) => answered !== Infinity);
  // One of these may be carried out at any later time, or never: it does not keep the others from being done with.
  const unknown = sorted.filter(({ answered }) => answered === Infinity);
  const seen = new Set<string>();
  /**
   * @param first all of `all` before it are done, and it is not
   * @param after those of them after it that are done, as bits
   * @param tried those of `unknown` that were carried out
   */
  const search = (first: number, after: bigint, tried: bigint, state: S): boolean => {
    if (first === all.length) return true;
    const name = `${first} ${after.toString(36)} ${tried.toString(36)} ${nameOf(state)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    let firstAnswer = Infinity;
    const open: number[] = [];
    for (let at = first; at < all.length; at += 1) {
      if ((after >> BigInt(at - first)) & 1n) continue;
      const { call, answered } = all[at]!;
      if (call > firstAnswer) break; // whoever was answered before this one began is before it
      open.push(at);
      firstAnswer = Math.min(firstAnswer, answered);
    }
    const candidates = open.filter((at) => all[at]!.call <= firstAnswer);
    const done = (at: number, next: S): boolean => {
      let [from, beyond] = [first, after | (1n << BigInt(at - first))];
      for (; beyond & 1n; from += 1) beyond >>= 1n;
      return search(from, beyond, tried, next);
    };
    const steps = candidates.flatMap((at): [number, S][] => {
      const next = applied(state, all[at]!);
      return next === undefined ? [] : [[at, next]];
    });
    // What reads may as well be done with: the others fit without it wherever they fit with it.
    const read = steps.find(([at]) => isRead(all[at]!));
    if (read !== undefined) return done(...read);
    if (steps.some((each) => done(...each))) return true;
    const stuck = candidates.filter((each) => applied(state, all[each]!) === undefined);
    const [helpful, others]: [[number, S][], [number, S][]] = [[], []];
    const states = new Set<string>();
    for (const [at, entry] of unknown.entries()) {
      if (entry.call > firstAnswer) break;
      const next = (tried >> BigInt(at)) & 1n ? undefined : applied(state, entry);
      if (next === undefined) continue;
      if (overwrites) {
        const left = nameOf(next);
        if (states.has(left)) continue;
        states.add(left);
      }
      const helps = stuck.some((each) => applied(next, all[each]!) !== undefined);
      (helps ? helpful : others).push([at, next]);
    }
    return [...helpful, ...(overwrites ? [] : others)].some(([at, next]) =>
      search(first, after, tried | (1n << BigInt(at)), next),
    );
  };
  return search(0, 0n, 0n, initial);
}
