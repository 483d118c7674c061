import type { Random } from '#kernel/random.ts';
import type { Entry, Found, Operation } from '#tests/p2p/registers/support/history.ts';
import { pick } from '#tests/simulation/world/seeded-random.ts';

const LONGEST = 12; // entries
const SPAN = 40; // moments
const VALUES = ['a', 'b'];

/**
 * The history of a register that several clients use at a time: each operation happens at some moment between its call and
 * its answer. Of every second history one thing is changed afterwards, so that many could not have happened.
 */
export function historyOf(random: Random): Entry[] {
  const entries = happened(random);
  if (random.next() < 0.5) return entries;
  const at = pick(random, entries.length);
  return entries.with(at, changed(random, entries[at]!));
}

function happened(random: Random): Entry[] {
  const planned = Array.from({ length: 2 + pick(random, LONGEST - 1) }, () => {
    const call = pick(random, SPAN);
    const at = call + pick(random, 8);
    return { call, at, answered: at + pick(random, 8) };
  });
  let state: Found = { version: 0, value: undefined };
  return planned
    .toSorted((one, other) => one.at - other.at)
    .map(({ call, answered }) => {
      const { operation, next } = carriedOut(random, state);
      const isKnown = operation.kind === 'read' || random.next() < 0.8;
      if (isKnown || random.next() < 0.7) state = next; // else it never happened
      if (isKnown) return { key: 'k', call, answered, operation };
      return { key: 'k', call, answered: Infinity, operation: { ...operation, found: undefined } };
    });
}

function carriedOut(random: Random, state: Found): { operation: Operation; next: Found } {
  const value = VALUES[pick(random, VALUES.length)]!;
  const draw = random.next();
  if (draw < 0.4) return { operation: { kind: 'read', found: state }, next: state };
  const next = { version: state.version + 1, value };
  if (draw < 0.55)
    return { operation: { kind: 'write', value, found: { ...next, written: true } }, next };
  const expected = Math.max(0, state.version - pick(random, 2));
  const written = expected === state.version;
  const after = written ? next : state;
  const found = { ...after, written };
  return { operation: { kind: 'swap', expected, value, found }, next: after };
}

/** With another answer, or over sooner. */
function changed(random: Random, entry: Entry): Entry {
  const { call, answered, operation } = entry;
  const { found } = operation;
  if (found === undefined || random.next() < 0.3)
    return { ...entry, answered: Number.isFinite(answered) ? call : answered };
  const version = Math.max(0, found.version + pick(random, 3) - 1);
  const value = VALUES[pick(random, VALUES.length)];
  return {
    ...entry,
    operation: { ...operation, found: { ...found, version, value } } as Operation,
  };
}
