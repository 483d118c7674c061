import { isDeepStrictEqual } from 'node:util';
import { coreSignature } from '#posiv-wit/generate/layout/flatten.ts';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import {
  allocationsOf,
  meaning,
  readParams,
  readResult,
  type BindingCase,
  type Meaning,
} from './binding-case.ts';
import { bindOurs, bindTheirs } from './bound-guest.ts';
import type { Oddity, Why } from './canonical-abi.ts';
import {
  EXCESS_BITS,
  LENIENT,
  type Leniency,
  ROOM_FOR_NOTHING,
  ROUNDED,
  taken,
  withoutMarks,
} from './known-differences.ts';
import { RESULT_AT } from './raw-guest.ts';
import { before, coreOf, getCore, runCase, type Outcome } from './run-case.ts';
import type { Subject } from './subject.ts';

export type BindingVerdict =
  /** Both took it and agree, or neither took it. */
  | { readonly kind: 'same' | 'refused' }
  /** They differ in a way that is known, and that is the other's alone. */
  | { readonly kind: 'known'; readonly how: string }
  | { readonly kind: 'different'; readonly what: string };

/** Runs a case in a guest bound by us and in one bound by jco, and holds both against what the Canonical ABI says. */
export async function compareBindings(
  subject: Subject,
  definition: FunctionDefinition,
  test: BindingCase,
): Promise<BindingVerdict> {
  const ours = await runCase((host) => bindOurs(subject, host, test.late), definition, test);
  const wrong = judgeOurs(definition, test, ours);
  if (wrong !== undefined) return { kind: 'different', what: `ours: ${wrong}` };
  const theirs = await runCase((host) => bindTheirs(subject, host), definition, test);
  return judgeTheirs(definition, test, ours, theirs);
}

/** What the guest passes means, before the host answers or as it was called. */
function passed(definition: FunctionDefinition, test: BindingCase, memory: Uint8Array): Meaning {
  if (test.direction === 'import') return meaning(readParams(definition, test.flats), memory);
  // It may have been overwritten, where `cabi_realloc` lies.
  const view = new DataView(memory.buffer, memory.byteOffset);
  const flat = getCore(view, RESULT_AT, coreOf(definition, 'export', 0));
  return meaning(readResult(definition, flat), memory);
}

/** Why the Canonical ABI refuses a case, other than for what the guest passes. */
function refusedPlace(
  definition: FunctionDefinition,
  test: BindingCase,
  memory: Uint8Array,
): Leniency | undefined {
  const { direction, flats, lie } = test;
  const { resultInMemory } = coreSignature(definition);
  if (direction === 'import' && resultInMemory && definition.result) {
    const { result } = definition;
    const place = meaning((reader) => reader.room(result, flats.at(-1) ?? 0), memory);
    if ('refused' in place) return `return pointer ${place.refused}`;
  }
  if (lie === undefined) return undefined;
  for (const { size, align, whole } of allocationsOf(definition, test)) {
    if (size === 0) continue;
    const place = meaning(
      (reader) =>
        reader.place(lie, size, align, whole ? 'a string out of bounds' : 'a value out of bounds'),
      memory,
    );
    if ('refused' in place) return `cabi_realloc ${place.refused}`;
  }
  return undefined;
}

/** Why a case must be refused, or undefined. An export's result is read from the memory as it was in the end. */
function refusal(
  definition: FunctionDefinition,
  test: BindingCase,
  outcome: Outcome,
): Why | Leniency | undefined {
  const initial = before(definition, test);
  if (test.direction === 'export') {
    const place = refusedPlace(definition, test, initial);
    if (place) return place;
  }
  const what = passed(definition, test, test.direction === 'export' ? outcome.memory : initial);
  if ('refused' in what) return what.refused;
  return test.direction === 'import' ? refusedPlace(definition, test, initial) : undefined;
}

function judgeOurs(
  definition: FunctionDefinition,
  test: BindingCase,
  outcome: Outcome,
): string | undefined {
  const { failure } = outcome;
  const why = refusal(definition, test, outcome);
  if (failure) {
    if (why === undefined) return `refuses what it should take: ${failure.text}`;
    if (!failure.trap) return `no trap (${why}): ${failure.text}`;
    const heardLies = test.direction === 'import' && outcome.heard !== undefined;
    return heardLies && !why.startsWith('cabi_realloc')
      ? `the host was called though ${why}`
      : undefined;
  }
  if (why !== undefined) return `takes what it should refuse: ${why}`;
  return disagreement(definition, test, outcome);
}

/** Where an outcome is not what the Canonical ABI says, undefined where it is. */
function disagreement(
  definition: FunctionDefinition,
  test: BindingCase,
  outcome: Outcome,
  plain: (value: unknown) => unknown = (value) => value,
): string | undefined {
  const { heard, memory, flats, posts } = outcome;
  const isImport = test.direction === 'import';
  const what = passed(definition, test, isImport ? before(definition, test) : memory);
  if ('refused' in what) return what.refused;
  if (!isDeepStrictEqual(plain(heard), plain(what.value)))
    return `the host has ${show(heard)} for ${show(what.value)}`;
  if (!isImport && posts !== 1) return `${posts} post-returns`;
  if (test.lie !== undefined) return undefined; // it lies on top of each other
  const stored = meaning(
    isImport ? readResult(definition, flats[0]) : readParams(definition, flats),
    memory,
  );
  if ('refused' in stored) return `the guest has nonsense: ${stored.refused}`;
  if (stored.oddities.has('excess bits')) return 'the guest has bits beyond a type';
  return isDeepStrictEqual(stored.value, test.host)
    ? undefined
    : `the guest has ${show(stored.value)} for ${show(test.host)}`;
}

function judgeTheirs(
  definition: FunctionDefinition,
  test: BindingCase,
  ours: Outcome,
  theirs: Outcome,
): BindingVerdict {
  const why = refusal(definition, test, theirs);
  const { failure } = theirs;
  const isImport = test.direction === 'import';
  if (why !== undefined) {
    if (failure) return { kind: 'refused' };
    return LENIENT.has(why)
      ? { kind: 'known', how: taken(why) }
      : { kind: 'different', what: `jco takes what we refuse: ${why} (${ours.failure?.text})` };
  }
  const meant = passed(definition, test, isImport ? before(definition, test) : theirs.memory);
  const oddities: ReadonlySet<Oddity> = 'oddities' in meant ? meant.oddities : new Set();
  if (oddities.has('joined')) return { kind: 'known', how: ROUNDED };
  if (failure) {
    if (oddities.has('excess bits')) return { kind: 'known', how: EXCESS_BITS };
    if (test.lie !== undefined && allocationsOf(definition, test).some(({ size }) => size === 0))
      return { kind: 'known', how: ROOM_FOR_NOTHING };
    return { kind: 'different', what: `jco refuses what we take: ${failure.text}` };
  }
  const what = disagreement(definition, test, theirs, withoutMarks);
  return what === undefined ? { kind: 'same' } : { kind: 'different', what: `jco: ${what}` };
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    each instanceof Uint8Array ? `bytes ${Buffer.from(each).toString('hex')}` : each,
  ) as string | undefined;
  return text === undefined ? 'nothing' : text.slice(0, 300);
}
