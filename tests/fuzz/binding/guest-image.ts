import { flatten, type CoreType } from '#posiv-wit/generate/layout/flatten.ts';
import {
  casesOf,
  flagsSize,
  layoutOf,
  layoutOfCases,
  layoutOfParts,
  tagSize,
} from '#posiv-wit/generate/layout/layout.ts';
import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import { plain, type Type } from '#posiv-wit/generate/model/model.ts';
import type { Primitive } from '#posiv-wit/generate/syntax/tree.ts';
import { partsIn, type Flat } from './canonical-abi.ts';

const UTF8 = new TextEncoder();

/** A piece of memory that storing a value takes. */
export interface Allocation {
  readonly size: number;
  readonly align: number;
  /** It is written byte for byte to its end, padding and what a case does not need included. */
  readonly whole: boolean;
}

/** Lays values out as a guest has them ("Storing" and "Flat Lowering" of the Canonical ABI). */
export class GuestImage {
  readonly allocations: Allocation[] = [];
  readonly #base: number;
  #bytes = new Uint8Array(1_024);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  /** @param base the address of its first byte, a multiple of 8 */
  constructor(base: number) {
    this.#base = base;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  allocate(size: number, align: number, whole = false): number {
    this.allocations.push({ size, align, whole });
    const at = Math.ceil(this.#end / align) * align;
    this.#end = at + size;
    if (this.#end > this.#bytes.length) {
      const grown = new Uint8Array(this.#end * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at + this.#base;
  }

  /** Lays a value out in memory, and gives its address. */
  put(type: Type, value: unknown): number {
    const at = this.room(type);
    this.store(type, at, value);
    return at;
  }

  /** Room for a value, and its address. */
  room(type: Type): number {
    const { size, align } = layoutOf(type);
    return this.allocate(size, align);
  }

  lower(type: Type, value: unknown): Flat[] {
    const bare = plain(type);
    if (bare.kind === 'primitive')
      return bare.primitive === 'string'
        ? this.#text(value as string)
        : [toCore(bare.primitive, value)];
    if (bare.kind === 'list') return this.#list(bare.of, value as ArrayLike<unknown>);
    if (bare.kind === 'named' && bare.body.kind === 'flags') return [tagOf(type, value)];
    const cases = casesOf(type);
    if (cases) {
      const tag = tagOf(type, value);
      const payload = cases[tag];
      const flats = payload === undefined ? [] : this.lower(payload, partsOfValue(type, value)[0]);
      const cores = payload === undefined ? [] : flatten(payload);
      const joined = flatten(type).slice(1);
      return [
        tag,
        ...joined.map((core, at) =>
          at < cores.length
            ? widened(flats[at] ?? 0, cores[at] ?? core, core)
            : core === 'i64'
              ? 0n
              : 0,
        ),
      ];
    }
    const values = partsOfValue(type, value);
    return partsIn(type).flatMap((part, index) => this.lower(part, values[index]));
  }

  store(type: Type, address: number, value: unknown): void {
    const bare = plain(type);
    if (bare.kind === 'primitive' && bare.primitive !== 'string')
      return this.#primitive(bare.primitive, address, value);
    if (bare.kind === 'primitive' || bare.kind === 'list') {
      const [pointer, length] = this.lower(type, value);
      this.#uint(address, 4, pointer as number);
      return this.#uint(address + 4, 4, length as number);
    }
    if (bare.kind === 'named' && bare.body.kind === 'flags')
      return this.#uint(address, flagsSize(bare.body.flags.length), tagOf(type, value));
    const values = partsOfValue(type, value);
    const cases = casesOf(type);
    if (cases) {
      const tag = tagOf(type, value);
      this.#uint(address, tagSize(cases.length), tag);
      const payload = cases[tag];
      if (payload !== undefined)
        this.store(payload, address + layoutOfCases(cases).payload, values[0]);
      return undefined;
    }
    const parts = partsIn(type);
    const { offsets } = layoutOfParts(parts);
    parts.forEach((part, index) =>
      this.store(part, address + (offsets[index] ?? 0), values[index]),
    );
  }

  #primitive(primitive: Primitive, address: number, value: unknown): void {
    const at = address - this.#base;
    const core = toCore(primitive, value);
    if (primitive === 'f32') this.#view.setFloat32(at, Number(core), true);
    else if (primitive === 'f64') this.#view.setFloat64(at, Number(core), true);
    else if (typeof core === 'bigint') this.#view.setBigInt64(at, core, true);
    else this.#uint(address, layoutOf({ kind: 'primitive', primitive }).size as 1 | 2 | 4, core);
  }

  #uint(address: number, size: 1 | 2 | 4, value: number): void {
    const at = address - this.#base;
    if (size === 1) this.#view.setUint8(at, value);
    else if (size === 2) this.#view.setUint16(at, value, true);
    else this.#view.setUint32(at, value, true);
  }

  #text(value: string): Flat[] {
    const bytes = UTF8.encode(value);
    const pointer = this.allocate(bytes.length, 1, true);
    this.#bytes.set(bytes, pointer - this.#base);
    return [pointer, bytes.length];
  }

  #list(of: Type, values: ArrayLike<unknown>): Flat[] {
    const { size, align } = layoutOf(of);
    const pointer = this.allocate(values.length * size, align);
    for (let index = 0; index < values.length; index++)
      this.store(of, pointer + index * size, values[index]);
    return [pointer, values.length];
  }
}

/** A core value as one of the joined type of a variant. */
function widened(value: Flat, from: CoreType, to: CoreType): Flat {
  if (from === to) return value;
  const view = new DataView(new ArrayBuffer(8));
  if (from === 'f64') view.setFloat64(0, Number(value), true);
  else if (from === 'f32') view.setFloat32(0, Number(value), true);
  else view.setUint32(0, Number(value) >>> 0, true);
  return to === 'i32' ? view.getInt32(0, true) : view.getBigInt64(0, true);
}

function toCore(primitive: Primitive, value: unknown): Flat {
  if (primitive === 'bool') return value === true ? 1 : 0;
  if (primitive === 'char') return (value as string).codePointAt(0) ?? 0;
  return primitive === 'u64' || primitive === 's64' ? BigInt(value as number) : (value as number);
}

/** The case that a value is of; of flags their bits. */
function tagOf(type: Type, value: unknown): number {
  const bare = plain(type);
  if (bare.kind === 'option') return value === undefined ? 0 : 1;
  if (bare.kind === 'result') return (value as { ok: boolean }).ok ? 0 : 1;
  if (bare.kind !== 'named') throw new TypeError(`a ${bare.kind} has no tag`);
  const { body } = bare;
  if (body.kind === 'flags')
    return body.flags.reduce(
      (bits, { name }, index) =>
        (value as Record<string, boolean>)[camelCase(name)] ? bits + 2 ** index : bits,
      0,
    );
  if (body.kind !== 'variant' && body.kind !== 'enum')
    throw new TypeError(`a ${body.kind} has no tag`);
  const name = body.kind === 'enum' ? value : (value as { tag: string }).tag;
  return body.cases.findIndex((each) => each.name === name);
}

/** The parts of a record or tuple, or the payload of a case. */
function partsOfValue(type: Type, value: unknown): readonly unknown[] {
  const bare = plain(type);
  if (bare.kind === 'tuple') return value as unknown[];
  if (bare.kind === 'option') return [value];
  if (bare.kind === 'result') {
    const result = value as { ok: boolean; value: unknown; error: unknown };
    return [result.ok ? result.value : result.error];
  }
  if (bare.kind !== 'named') throw new TypeError(`a ${bare.kind} has no parts`);
  const { body } = bare;
  if (body.kind === 'record')
    return body.fields.map(({ name }) => (value as Record<string, unknown>)[camelCase(name)]);
  return body.kind === 'variant' ? [(value as { val?: unknown }).val] : [];
}
