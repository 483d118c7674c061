import { casesOf } from '../layout/layout.ts';
import { isBytes, plain, type Type, type TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import type { Module } from './module.ts';
import { camelCase } from './names.ts';
import { typeText } from './type-text.ts';

/** Where a value is read from: encoded bytes, a guest's memory, or core values. Each method gives an expression. */
export interface Source {
  primitive(primitive: Primitive): string;
  bytes(): string;
  /** Writes a loop if it must; `item` reads one item from the source that it is given. */
  list(of: Type, item: (source: Source) => string): string;
  tag(cases: number): string;
  flags(count: number): string;
  part(index: number): Source;
  payload(index: number): Source;
  /** A call of the function that reads a named type, if there is one. */
  named(definition: TypeDefinition): string | undefined;
  /** A statement that throws because no case has this tag. */
  badTag(tag: string): string;
}

/**
 * Writes what must be done first and gives the expression of the value, which is to be used before anything else is
 * written, since it may read on.
 */
export function readValue(module: Module, type: Type, source: Source): string {
  const bare = plain(type);
  if (bare.kind === 'primitive') return source.primitive(bare.primitive);
  if (isBytes(type)) return source.bytes();
  if (bare.kind === 'list') return source.list(bare.of, (item) => readValue(module, bare.of, item));
  if (bare.kind === 'named') return source.named(bare.definition) ?? readBody(module, type, source);
  if (bare.kind === 'tuple') {
    return inOrder(
      module,
      bare.items.map((item, index) => () => readValue(module, item, source.part(index))),
      (parts) => `[${parts.join(', ')}]`,
    );
  }
  return readCases(module, type, source);
}

/** The same without a call of the named type's own function: its body. */
export function readBody(module: Module, type: Type, source: Source): string {
  const bare = plain(type);
  if (bare.kind !== 'named') return readValue(module, type, source);
  const { body } = bare;
  if (body.kind === 'record') {
    const reads = body.fields.map(
      (field, index) => () => readValue(module, field.type, source.part(index)),
    );
    return inOrder(module, reads, (parts) => {
      return objectText(
        body.fields.map((field, index) => `${camelCase(field.name)}: ${parts[index]}`),
      );
    });
  }
  if (body.kind === 'flags') {
    const bits = module.variable('bits');
    module.code.line(`const ${bits} = ${source.flags(body.flags.length)};`);
    return objectText(
      body.flags.map((flag, index) => `${camelCase(flag.name)}: (${bits} & ${2 ** index}) !== 0`),
    );
  }
  return readCases(module, type, source);
}

function objectText(fields: readonly string[]): string {
  const short = `{ ${fields.join(', ')} }`;
  if (short.length <= 80) return short;
  return `{\n${fields
    .map((field) => `${field.replaceAll('\n', '\n  ')},`)
    .join('\n')
    .replaceAll(/^/gm, '  ')}\n}`;
}

// Expressions are put in place where none of them needs statements, else each has its variable: the order must hold.
function inOrder(
  module: Module,
  reads: readonly (() => string)[],
  join: (parts: readonly string[]) => string,
): string {
  const made = module.aside(() => reads.map((read) => module.aside(read)));
  if (made.made.every((each) => each.code.isEmpty)) return join(made.made.map((each) => each.made));
  return join(
    made.made.map((each) => {
      const name = module.variable('part');
      module.code.add(each.code);
      module.code.line(`const ${name} = ${each.made};`);
      return name;
    }),
  );
}

function readCases(module: Module, type: Type, source: Source): string {
  const cases = casesOf(type) ?? [];
  const reads = cases.map((each, index) =>
    module.aside(() => (each === undefined ? '' : readValue(module, each, source.payload(index)))),
  );
  const built = reads.map((read, index) => build(type, index, read.made));
  if (
    cases.length === 2 &&
    plain(type).kind !== 'named' &&
    reads.every((read) => read.code.isEmpty)
  ) {
    return `${source.tag(2)} === 0 ? ${built[0]} : ${built[1]}`;
  }
  const name = module.variable('choice');
  module.code.line(`let ${name}: ${typeText(module, type)};`);
  switchOn(module, source, built, (value, index) => {
    module.code.add((reads[index] as (typeof reads)[number]).code);
    module.code.line(`${name} = ${value};`);
    module.code.line('break;');
  });
  return name;
}

/** For the function that reads a named variant: returns in each case. */
export function returnCases(module: Module, type: Type, source: Source): void {
  const cases = casesOf(type) ?? [];
  switchOn(module, source, cases, (each, index) => {
    const value = each === undefined ? '' : readValue(module, each, source.payload(index));
    module.code.line(`return ${build(type, index, value)};`);
  });
}

function switchOn<T>(
  module: Module,
  source: Source,
  cases: readonly T[],
  body: (each: T, index: number) => void,
): void {
  const name = module.variable('tag');
  module.code.line(`const ${name} = ${source.tag(cases.length)};`);
  module.code.block(`switch (${name})`, () => {
    cases.forEach((each, index) => module.code.block(`case ${index}:`, () => body(each, index)));
    module.code.line('default:');
    module.code.line(`  ${source.badTag(name)};`);
  });
}

function build(type: Type, index: number, payload: string): string {
  const bare = plain(type);
  if (bare.kind === 'option') return index === 0 ? 'undefined' : payload;
  if (bare.kind === 'result') {
    return index === 0
      ? `{ ok: true, value: ${payload || 'undefined'} }`
      : `{ ok: false, error: ${payload || 'undefined'} }`;
  }
  if (bare.kind !== 'named' || (bare.body.kind !== 'variant' && bare.body.kind !== 'enum'))
    return payload;
  const name = bare.body.cases[index]?.name;
  if (bare.body.kind === 'enum') return `'${name}'`;
  return payload === '' ? `{ tag: '${name}' }` : `{ tag: '${name}', val: ${payload} }`;
}
