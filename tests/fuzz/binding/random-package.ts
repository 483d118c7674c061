import fc, { type Arbitrary } from 'fast-check';
import { rm } from 'node:fs/promises';
import { PRIMITIVES } from '#posiv-wit/generate/syntax/tree.ts';
import { generatePackage } from '../../posiv-wit/every-type.ts';
import { makeSubject, type Subject } from './subject.ts';

const ID = 'fuzz:random';
// Few and small: the parser refuses types of a million parts, and each definition may multiply those before it.
const DEFINITIONS = 4;
const FUNCTIONS = 6;
/** A tag takes one byte up to 256 cases, then two. */
const CASES = [1, 2, 3, 5, 8, 9, 17, 256, 257];
/** Parameters travel in memory from 17 core values on. */
const MAX_PARAMS = 9;
/** Parts of a record or tuple, and cases that have payloads. */
const MAX_PARTS = 4;

/** The text of a package with one interface that has types and functions of every form that a WIT may have. */
export const packageText: Arbitrary<string> = fc
  .tuple(
    fc.tuple(...numbers(DEFINITIONS).map(typeDefinition)),
    fc.tuple(...numbers(FUNCTIONS).map(functionText)),
  )
  .map(([types, functions]) => {
    const items = [...types, ...functions].map((each) => `  ${each}\n`).join('');
    return `package ${ID};\n\ninterface calls {\n${items}}\n`;
  });

/** Generates a package's binding and builds its guest. */
export async function randomSubject(wit: string): Promise<Subject> {
  const { source, functions, folder } = await generatePackage('random.wit', wit);
  await rm(folder, { recursive: true });
  const [calls] = source.interfaces;
  if (!calls) throw new Error('no interface');
  const subject = await makeSubject(
    calls,
    (world) => `${wit}\n${world.replaceAll(`${ID}/`, '')}`,
    (definition) => {
      const name = `${calls.id}#${definition.name}`;
      const found = functions.find((each) => each.name === name);
      if (!found) throw new Error(`no descriptor of ${name}`);
      return found;
    },
  );
  return { ...subject, wit };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Types of definitions before this one may be part of it. */
function typeDefinition(index: number): Arbitrary<string> {
  const name = `type-${index}`;
  const payloads = fc.array(fc.option(type(index, 1), { nil: '' }), {
    minLength: MAX_PARTS,
    maxLength: MAX_PARTS,
  });
  return fc.oneof(
    fc
      .array(type(index, 1), { minLength: 1, maxLength: MAX_PARTS })
      .map((fields) => `record ${name} { ${list(fields, (each, at) => `field-${at}: ${each}`)} }`),
    fc.tuple(fc.constantFrom(...CASES), payloads).map(([count, types]) => {
      const payload = (at: number): string => (types[at] ? `(${types[at]})` : '');
      return `variant ${name} { ${list(numbers(count), (at) => `case-${at}${payload(at)}`)} }`;
    }),
    fc
      .constantFrom(...CASES)
      .map((count) => `enum ${name} { ${list(numbers(count), (at) => `case-${at}`)} }`),
    fc
      .integer({ min: 1, max: 32 })
      .map((count) => `flags ${name} { ${list(numbers(count), (at) => `flag-${at}`)} }`),
    type(index, 1).map((of) => `type ${name} = tuple<${of}>;`),
  );
}

function functionText(index: number): Arbitrary<string> {
  return fc
    .tuple(
      fc.array(type(DEFINITIONS, 2), { maxLength: MAX_PARAMS }),
      fc.option(type(DEFINITIONS, 2), { nil: undefined }),
    )
    .map(([params, result]) => {
      const given = list(params, (each, at) => `param-${at}: ${each}`);
      return `call-${index}: func(${given})${result === undefined ? '' : ` -> ${result}`};`;
    });
}

/** Options have no option right within them: our values of both would look alike. */
function type(definitions: number, depth: number, optional = true): Arbitrary<string> {
  const primitive = fc.constantFrom<string>(...PRIMITIVES);
  const named = numbers(definitions).map((index) => `type-${index}`);
  const leaf = named.length > 0 ? fc.oneof(primitive, fc.constantFrom(...named)) : primitive;
  if (depth === 0) return leaf;
  const of = type(definitions, depth - 1);
  const part = fc.option(of, { nil: '_' });
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: of.map((each) => `list<${each}>`) },
    {
      weight: optional ? 2 : 0,
      arbitrary: type(definitions, depth - 1, false).map((each) => `option<${each}>`),
    },
    { weight: 1, arbitrary: fc.tuple(part, part).map(([ok, error]) => outcome(ok, error)) },
    {
      weight: 1,
      arbitrary: fc
        .array(of, { minLength: 1, maxLength: 2 })
        .map((items) => `tuple<${items.join(', ')}>`),
    },
  );
}

function outcome(ok: string, error: string): string {
  if (error !== '_') return `result<${ok}, ${error}>`;
  return ok === '_' ? 'result' : `result<${ok}>`;
}

function list<T>(items: readonly T[], text: (item: T, at: number) => string): string {
  return items.map(text).join(', ');
}
