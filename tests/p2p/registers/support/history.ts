/** What a client did with a register and what it was told, times in milliseconds. */
export interface Entry {
  readonly key: string;
  readonly call: number;
  /** Infinity if nobody knows whether it had an effect. */
  readonly answered: number;
  readonly operation: Operation;
}

export type Operation =
  | { readonly kind: 'read'; readonly found: Found }
  /** `found` is the register after it; undefined if that is unknown. */
  | {
      readonly kind: 'swap';
      readonly expected: number;
      readonly value: string;
      readonly found: Written | undefined;
    }
  | { readonly kind: 'write'; readonly value: string; readonly found: Written | undefined };

export interface Found {
  readonly version: number;
  readonly value: string | undefined;
}

interface Written extends Found {
  readonly written: boolean;
}

/** The register after the operation if it may be carried out on this state with this answer. */
function applied(state: Found, { operation }: Entry): Found | undefined {
  const next =
    operation.kind === 'read' ? state : { version: state.version + 1, value: operation.value };
  switch (operation.kind) {
    case 'read':
      return same(state, operation.found) ? state : undefined;
    case 'write':
      return operation.found === undefined || same(next, operation.found) ? next : undefined;
    case 'swap': {
      const fits = state.version === operation.expected;
      // One that changes nothing may as well never have happened.
      if (operation.found === undefined) return fits ? next : undefined;
      if (operation.found.written) return fits && same(next, operation.found) ? next : undefined;
      return !fits && same(state, operation.found) ? state : undefined;
    }
  }
}

function same(one: Found, other: Found): boolean {
  return one.version === other.version && one.value === other.value;
}

/**
 * Whether the entries of one register could have happened one after another, each between its call and its answer: the
 * search of Wing and Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory of the sets of operations
 * and states that led nowhere ("Testing for linearizability", 2017).
 */
export function isLinearizable(entries: readonly Entry[]): boolean {
  const all = entries.toSorted((one, other) => one.call - other.call);
  const mustBe = all.reduce(
    (set, { answered }, at) => (answered === Infinity ? set : set | (1n << BigInt(at))),
    0n,
  );
  const seen = new Set<string>();
  const search = (done: bigint, state: Found): boolean => {
    if ((done & mustBe) === mustBe) return true;
    const name = `${done.toString(36)} ${state.version} ${state.value}`;
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
  return search(0n, { version: 0, value: undefined });
}

/** The registers whose entries cannot have happened so. */
export function disagreements(entries: readonly Entry[]): string[] {
  const byKey = Map.groupBy(entries, ({ key }) => key);
  return [...byKey].filter(([, each]) => !isLinearizable(each)).map(([key]) => key);
}
