import { casesOf, partsOf } from '../layout/layout.ts';
import { isBytes, plain, type Type, type TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import type { Module } from './module.ts';
import { camelCase, pascalCase } from './names.ts';

/** Where a value is written to: encoded bytes, a guest's memory, or core values. Each method writes statements. */
export interface Sink {
  /** Whether it has nothing to write of a type. */
  readonly omits?: (type: Type) => boolean;
  primitive(primitive: Primitive, value: string): void;
  bytes(value: string): void;
  list(of: Type, value: string, item: (sink: Sink, value: string) => void): void;
  tag(index: number, cases: number): void;
  flags(count: number, bits: string): void;
  part(index: number): Sink;
  /** Called once before the cases of an option, result or variant are told apart. */
  choice(): Sink;
  payload(index: number): Sink;
  /** Calls the function that writes a named type, if there is one. */
  named(definition: TypeDefinition, value: string): boolean;
  /** Throws because the value has no case of its type. */
  unknown(type: string, value: string): string;
}

export function writeValue(module: Module, type: Type, value: string, sink: Sink): void {
  if (sink.omits?.(type)) return;
  const bare = plain(type);
  if (bare.kind === 'primitive') sink.primitive(bare.primitive, value);
  else if (isBytes(type)) sink.bytes(value);
  else if (bare.kind === 'list')
    sink.list(bare.of, value, (item, each) => writeValue(module, bare.of, each, item));
  else if (bare.kind === 'named') {
    if (!sink.named(bare.definition, value)) writeBody(module, type, value, sink);
  } else if (bare.kind === 'tuple')
    writeParts(
      module,
      type,
      bare.items.map((_, index) => `${value}[${index}]`),
      sink,
    );
  else writeChoice(module, type, value, sink);
}

/** The same without a call of the named type's own function: its body. */
export function writeBody(module: Module, type: Type, value: string, sink: Sink): void {
  const bare = plain(type);
  if (bare.kind !== 'named') writeValue(module, type, value, sink);
  else if (bare.body.kind === 'record') {
    writeParts(
      module,
      type,
      bare.body.fields.map((field) => `${value}.${camelCase(field.name)}`),
      sink,
    );
  } else if (bare.body.kind === 'flags') {
    const bits = bare.body.flags.map(
      (flag, index) => `(${value}.${camelCase(flag.name)} ? ${2 ** index} : 0)`,
    );
    sink.flags(bits.length, bits.join(' | '));
  } else writeChoice(module, type, value, sink);
}

function writeParts(module: Module, type: Type, values: readonly string[], sink: Sink): void {
  (partsOf(type) ?? []).forEach((part, index) =>
    writeValue(module, part, values[index] ?? '', sink.part(index)),
  );
}

function writeChoice(module: Module, type: Type, expression: string, outer: Sink): void {
  const { code } = module;
  const sink = outer.choice();
  // A name of its own: the compiler tells the cases of a variable apart, and it is looked up once.
  let value = expression;
  if (!/^\w+$/.test(expression)) {
    value = module.variable('v');
    code.line(`const ${value} = ${expression};`);
  }
  const cases = casesOf(type) ?? [];
  const writeCase = (index: number, payload: string): void => {
    sink.tag(index, cases.length);
    const each = cases[index];
    if (each !== undefined) writeValue(module, each, payload, sink.payload(index));
  };
  const bare = plain(type);
  if (bare.kind === 'option' || bare.kind === 'result') {
    const [test, otherwise, ok, error] =
      bare.kind === 'option'
        ? [`${value} === undefined`, `${value} !== undefined`, '', value]
        : [`${value}.ok`, `!${value}.ok`, `${value}.value`, `${value}.error`];
    const [omitsOk, omitsError] = cases.map((each) => !each || sink.omits?.(each));
    if (sink.omits && omitsOk) {
      code.block(`if (${otherwise})`, () => writeCase(1, error));
      return;
    }
    code.block(`if (${test})`, () => writeCase(0, ok));
    if (!sink.omits || !omitsError) code.orElse(() => writeCase(1, error));
    return;
  }
  if (bare.kind !== 'named' || (bare.body.kind !== 'variant' && bare.body.kind !== 'enum')) return;
  const { body, definition } = bare;
  const isEnum = body.kind === 'enum';
  code.block(`switch (${isEnum ? value : `${value}.tag`})`, () => {
    body.cases.forEach((each, index) => {
      code.block(`case '${each.name}':`, () => {
        writeCase(index, `${value}.val`);
        code.line('break;');
      });
    });
    code.line('default:');
    code.line(`  ${sink.unknown(pascalCase(definition.name), `${value} satisfies never`)};`);
  });
}
