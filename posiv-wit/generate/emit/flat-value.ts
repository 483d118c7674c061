import { flatten, type CoreType } from '../layout/flatten.ts';
import { casesOf, partsOf } from '../layout/layout.ts';
import type { Type, TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import { enumCases, enumTag } from './enum-names.ts';
import { readItems, writeItems } from './memory-value.ts';
import type { Module } from './module.ts';
import type { Source } from './read-value.ts';
import type { Sink } from './write-value.ts';

const NUMBERS = '#posiv-wit/abi/numbers.ts';

/** A core value: an expression to read, or the name of a variable to set. */
export interface Flat {
  readonly name: string;
  readonly core: CoreType;
}

/** The part of the core values of a record or tuple that stands for one of its parts. */
function slice(
  type: Type,
  flats: readonly Flat[],
  index: number,
): { type: Type; flats: readonly Flat[] } {
  const parts = partsOf(type) ?? [];
  const start = parts.slice(0, index).reduce((sum, part) => sum + flatten(part).length, 0);
  const part = parts[index] as Type;
  return { type: part, flats: flats.slice(start, start + flatten(part).length) };
}

/** Reads from core values. */
export class FlatSource implements Source {
  readonly #module: Module;
  readonly #type: Type;
  readonly #flats: readonly Flat[];

  constructor(module: Module, type: Type, flats: readonly Flat[]) {
    this.#module = module;
    this.#type = type;
    this.#flats = flats;
  }

  primitive(primitive: Primitive): string {
    const value = this.#name(0);
    const call = (helper: string): string => `${this.#module.import(NUMBERS, helper)}(${value})`;
    switch (primitive) {
      case 'bool':
        return `${value} !== 0`;
      case 'u8':
        return `${value} & 0xff`;
      case 'u16':
        return `${value} & 0xffff`;
      case 'u32':
        return `${value} >>> 0`;
      case 's8':
        return `(${value} << 24) >> 24`;
      case 's16':
        return `(${value} << 16) >> 16`;
      case 'u64':
        return `${this.#module.import(NUMBERS, 'safe')}(BigInt.asUintN(64, ${value}))`;
      case 's64':
        return call('safe');
      case 'char':
        return call('charOf');
      case 'string':
        return `m.text(${value}, ${this.#name(1)})`;
      default:
        return value;
    }
  }

  bytes(): string {
    return `m.copy(${this.#name(0)}, ${this.#name(1)})`;
  }

  list(of: Type): string {
    return readItems(this.#module, of, this.#name(0), `${this.#name(1)} >>> 0`);
  }

  tag(cases: number): string {
    return cases === 2 ? `m.choice(${this.#name(0)})` : `${this.#name(0)} >>> 0`;
  }

  flags(): string {
    return this.#name(0);
  }

  part(index: number): Source {
    const part = slice(this.#type, this.#flats, index);
    return new FlatSource(this.#module, part.type, part.flats);
  }

  payload(index: number): Source {
    const type = casesOf(this.#type)?.[index] as Type;
    const flats = flatten(type).map((core, at): Flat => {
      const from = this.#flats[at + 1] as Flat;
      return { name: this.#narrow(from, core), core };
    });
    return new FlatSource(this.#module, type, flats);
  }

  named(definition: TypeDefinition): string | undefined {
    return definition.body.kind === 'enum'
      ? enumCases(this.#module, definition, this.#name(0))
      : undefined;
  }

  badTag(tag: string): string {
    return `${this.#module.import('#posiv-wit/abi/trap.ts', 'badTag')}(${tag})`;
  }

  #name(index: number): string {
    return this.#flats[index]?.name ?? '';
  }

  #narrow({ name, core }: Flat, to: CoreType): string {
    if (core === to) return name;
    if (core === 'i32') return `${this.#module.import(NUMBERS, 'f32OfBits')}(${name})`;
    if (to === 'f64') return `${this.#module.import(NUMBERS, 'f64OfBits')}(${name})`;
    const low = `Number(BigInt.asIntN(32, ${name}))`;
    return to === 'f32' ? `${this.#module.import(NUMBERS, 'f32OfBits')}(${low})` : low;
  }
}

/** Declares the variables of core values and sets them. */
export class FlatSink implements Sink {
  readonly #module: Module;
  readonly #type: Type;
  readonly #flats: readonly Flat[];
  /** The variables are there already: this is inside of a choice. */
  readonly #declared: boolean;

  constructor(module: Module, type: Type, flats: readonly Flat[], declared = false) {
    this.#module = module;
    this.#type = type;
    this.#flats = flats;
    this.#declared = declared;
  }

  primitive(primitive: Primitive, value: string): void {
    const call = (helper: string): string => `${this.#module.import(NUMBERS, helper)}(${value})`;
    if (primitive === 'string') {
      this.#set(0, 'i32', `m.newText(${value})`);
      this.#set(1, 'i32', 'm.length');
    } else if (primitive === 'bool') this.#set(0, 'i32', `${value} ? 1 : 0`);
    else if (primitive === 'char') this.#set(0, 'i32', call('pointOf'));
    else if (primitive === 'u64') this.#set(0, 'i64', call('toU64'));
    else if (primitive === 's64') this.#set(0, 'i64', call('toS64'));
    else this.#set(0, primitive === 'f32' || primitive === 'f64' ? primitive : 'i32', value);
  }

  bytes(value: string): void {
    this.#set(0, 'i32', `m.newBytes(${value})`);
    this.#set(1, 'i32', 'm.length');
  }

  list(of: Type, value: string, item: (sink: Sink, value: string) => void): void {
    const pointer = writeItems(this.#module, of, value, item);
    this.#set(0, 'i32', pointer);
    this.#set(1, 'i32', `${value}.length`);
  }

  tag(index: number): void {
    this.#set(0, 'i32', String(index));
  }

  flags(_count: number, bits: string): void {
    this.#set(0, 'i32', bits);
  }

  part(index: number): Sink {
    const part = slice(this.#type, this.#flats, index);
    return new FlatSink(this.#module, part.type, part.flats, this.#declared);
  }

  choice(): Sink {
    if (this.#declared) return this;
    for (const { name, core } of this.#flats)
      this.#module.code.line(`let ${name} = ${core === 'i64' ? '0n' : '0'};`);
    return new FlatSink(this.#module, this.#type, this.#flats, true);
  }

  payload(index: number): Sink {
    const type = casesOf(this.#type)?.[index] as Type;
    return new FlatSink(this.#module, type, this.#flats.slice(1), this.#declared);
  }

  named(definition: TypeDefinition, value: string): boolean {
    if (definition.body.kind !== 'enum') return false;
    this.#set(0, 'i32', enumTag(this.#module, definition, value));
    return true;
  }

  unknown(type: string, value: string): string {
    return `${this.#module.import('#posiv-wit/abi/trap.ts', 'notOfType')}('${type}', ${value})`;
  }

  #set(index: number, core: CoreType, value: string): void {
    const flat = this.#flats[index] as Flat;
    this.#module.code.line(
      `${this.#declared ? '' : 'const '}${flat.name} = ${this.#widen(value, core, flat.core)};`,
    );
  }

  #widen(value: string, core: CoreType, to: CoreType): string {
    if (core === to) return value;
    const f32Bits = (): string => `${this.#module.import(NUMBERS, 'f32Bits')}(${value})`;
    if (to === 'i32') return f32Bits();
    if (core === 'f64') return `${this.#module.import(NUMBERS, 'f64Bits')}(${value})`;
    return `BigInt((${core === 'f32' ? f32Bits() : value}) >>> 0)`;
  }
}
