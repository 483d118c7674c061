import {
  casesOf,
  layoutOf,
  layoutOfCases,
  layoutOfParts,
  partsOf,
  tagSize,
  flagsSize,
} from '../layout/layout.ts';
import type { Type, TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import { enumCases, enumTag } from './enum-names.ts';
import type { Module } from './module.ts';
import { pascalCase } from './names.ts';
import { readValue, type Source } from './read-value.ts';
import { arrayText } from './type-text.ts';
import type { Sink } from './write-value.ts';

const NUMBERS = '#posiv-wit/abi/numbers.ts';
const ACCESS: Partial<Record<Primitive, string>> = {
  u8: 'Uint8',
  u16: 'Uint16',
  u32: 'Uint32',
  s8: 'Int8',
  s16: 'Int16',
  s32: 'Int32',
  f32: 'Float32',
  f64: 'Float64',
};
const TAG_ACCESS = { 1: 'Uint8', 2: 'Uint16', 4: 'Uint32' } as const;

/** A place in the memory `m`: an expression for a base, and bytes after it. */
class Place {
  readonly module: Module;
  readonly type: Type;
  readonly base: string;
  readonly offset: number;

  constructor(module: Module, type: Type, base: string, offset = 0) {
    this.module = module;
    this.type = type;
    this.base = base;
    this.offset = offset;
  }

  get address(): string {
    return this.offset === 0 ? this.base : `${this.base} + ${this.offset}`;
  }

  get(access: string): string {
    return `m.view.get${access}(${this.address}${access.endsWith('8') ? '' : ', true'})`;
  }

  set(access: string, value: string): void {
    this.module.code.line(
      `m.view.set${access}(${this.address}, ${value}${access.endsWith('8') ? '' : ', true'});`,
    );
  }

  partAt(index: number): [Module, Type, string, number] {
    const parts = partsOf(this.type) ?? [];
    return [
      this.module,
      parts[index] as Type,
      this.base,
      this.offset + (layoutOfParts(parts).offsets[index] ?? 0),
    ];
  }

  payloadAt(index: number): [Module, Type, string, number] {
    const cases = casesOf(this.type) ?? [];
    return [
      this.module,
      cases[index] as Type,
      this.base,
      this.offset + layoutOfCases(cases).payload,
    ];
  }
}

/** Reads from the `GuestMemory` that the generated code calls `m`; the bytes of the value itself are checked before. */
export class MemorySource extends Place implements Source {
  primitive(primitive: Primitive): string {
    const access = ACCESS[primitive];
    if (access !== undefined) return this.get(access);
    if (primitive === 'bool') return `${this.get('Uint8')} !== 0`;
    if (primitive === 'string') return `m.textAt(${this.address})`;
    if (primitive === 'char')
      return `${this.module.import(NUMBERS, 'charOf')}(${this.get('Uint32')})`;
    return `${this.module.import(NUMBERS, 'safe')}(${this.get(primitive === 'u64' ? 'BigUint64' : 'BigInt64')})`;
  }

  bytes(): string {
    return `m.copyAt(${this.address})`;
  }

  list(of: Type): string {
    const after = new MemorySource(this.module, this.type, this.base, this.offset + 4);
    return readItems(this.module, of, this.get('Uint32'), after.get('Uint32'));
  }

  tag(cases: number): string {
    const tag = this.get(TAG_ACCESS[tagSize(cases)]);
    return cases === 2 ? `m.choice(${tag})` : tag;
  }

  flags(count: number): string {
    return this.get(TAG_ACCESS[flagsSize(count)]);
  }

  part(index: number): Source {
    return new MemorySource(...this.partAt(index));
  }

  payload(index: number): Source {
    return new MemorySource(...this.payloadAt(index));
  }

  named(definition: TypeDefinition): string {
    if (definition.body.kind === 'enum')
      return enumCases(this.module, definition, this.tag(definition.body.cases.length));
    return `${this.module.fromFunctions(definition, `load${pascalCase(definition.name)}`)}(m, ${this.address})`;
  }

  badTag(tag: string): string {
    return `${this.module.import('#posiv-wit/abi/trap.ts', 'badTag')}(${tag})`;
  }
}

/** Writes the loop that reads a list from memory, and gives the name of the array. */
export function readItems(module: Module, of: Type, pointer: string, count: string): string {
  const [items, number, at, end] = ['items', 'count', 'at', 'end'].map((each) =>
    module.variable(each),
  );
  const { size, align } = layoutOf(of);
  module.code.line(`const ${items}: ${arrayText(module, of)} = [];`);
  module.code.line(`const ${number} = ${count};`);
  module.code.line(`let ${at} = m.items(${pointer}, ${number}, ${size}, ${align});`);
  module.code.block(
    `for (const ${end} = ${at} + ${number} * ${size}; ${at} < ${end}; ${at} += ${size})`,
    () => {
      const value = readValue(module, of, new MemorySource(module, of, at ?? ''));
      module.code.line(`${items}.push(${value});`);
    },
  );
  return items ?? '';
}

/** Writes to the `GuestMemory` that the generated code calls `m`, at a place that has been checked or allocated. */
export class MemorySink extends Place implements Sink {
  primitive(primitive: Primitive, value: string): void {
    const access = ACCESS[primitive];
    if (access !== undefined) this.set(access, value);
    else if (primitive === 'bool') this.set('Uint8', `${value} ? 1 : 0`);
    else if (primitive === 'string') this.module.code.line(`m.putText(${this.address}, ${value});`);
    else if (primitive === 'char')
      this.set('Uint32', `${this.module.import(NUMBERS, 'pointOf')}(${value})`);
    else if (primitive === 'u64')
      this.set('BigUint64', `${this.module.import(NUMBERS, 'toU64')}(${value})`);
    else this.set('BigInt64', `${this.module.import(NUMBERS, 'toS64')}(${value})`);
  }

  bytes(value: string): void {
    this.module.code.line(`m.putBytes(${this.address}, ${value});`);
  }

  list(of: Type, value: string, item: (sink: Sink, value: string) => void): void {
    const pointer = writeItems(this.module, of, value, item);
    this.set('Uint32', pointer);
    new MemorySink(this.module, this.type, this.base, this.offset + 4).set(
      'Uint32',
      `${value}.length`,
    );
  }

  tag(index: number, cases: number): void {
    this.set(TAG_ACCESS[tagSize(cases)], String(index));
  }

  flags(count: number, bits: string): void {
    this.set(TAG_ACCESS[flagsSize(count)], bits);
  }

  part(index: number): Sink {
    return new MemorySink(...this.partAt(index));
  }

  choice(): Sink {
    return this;
  }

  payload(index: number): Sink {
    return new MemorySink(...this.payloadAt(index));
  }

  named(definition: TypeDefinition, value: string): boolean {
    const { module } = this;
    if (definition.body.kind === 'enum') {
      this.set(
        TAG_ACCESS[tagSize(definition.body.cases.length)],
        enumTag(module, definition, value),
      );
    } else {
      module.code.line(
        `${module.fromFunctions(definition, `store${pascalCase(definition.name)}`)}(m, ${this.address}, ${value});`,
      );
    }
    return true;
  }

  unknown(type: string, value: string): string {
    return `${this.module.import('#posiv-wit/abi/trap.ts', 'notOfType')}('${type}', ${value})`;
  }
}

/** Writes the loop that stores a list, and gives the name of its pointer. */
export function writeItems(
  module: Module,
  of: Type,
  value: string,
  item: (sink: Sink, value: string) => void,
): string {
  const [pointer, at, each] = ['pointer', 'at', 'item'].map((name) => module.variable(name)) as [
    string,
    string,
    string,
  ];
  const { size, align } = layoutOf(of);
  module.code.line(`const ${pointer} = m.allocate(${value}.length * ${size}, ${align});`);
  module.code.line(`let ${at} = ${pointer};`);
  module.code.block(`for (const ${each} of ${value})`, () => {
    item(new MemorySink(module, of, at), each);
    module.code.line(`${at} += ${size};`);
  });
  return pointer;
}
