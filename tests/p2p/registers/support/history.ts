import { isLinearizable as isLinearizableBy, type Model } from '#tests/support/linearizability.ts';

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

const REGISTER: Model<Entry, Found> = {
  initial: { version: 0, value: undefined },
  applied,
  isRead: ({ operation }) =>
    operation.kind === 'read' || (operation.kind === 'swap' && operation.found?.written === false),
  nameOf: ({ version, value }) => `${version} ${value}`,
};

/** Whether the entries of one register could have happened one after another, each between its call and its answer. */
export function isLinearizable(entries: readonly Entry[]): boolean {
  return isLinearizableBy(entries, REGISTER);
}

/** The registers whose entries cannot have happened so. */
export function disagreements(entries: readonly Entry[]): string[] {
  const byKey = Map.groupBy(entries, ({ key }) => key);
  return [...byKey].filter(([, each]) => !isLinearizable(each)).map(([key]) => key);
}
