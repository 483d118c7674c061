import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import type { CoreType } from '#posiv-wit/generate/layout/flatten.ts';
import { plain, type Type } from '#posiv-wit/generate/model/model.ts';
import type { Primitive } from '#posiv-wit/generate/syntax/tree.ts';

// What values are made of, apart from where they lie.

/** A core value. */
export type Flat = number | bigint;

export type Why =
  | 'unaligned'
  | 'a string out of bounds'
  | 'a list out of bounds'
  | 'a value out of bounds'
  | 'not utf-8'
  | 'no such case'
  | 'no char'
  /** Not of the Canonical ABI: POSIV's hosts have numbers. */
  | 'unsafe integer';

export type Oddity =
  /** A bool that is neither 0 nor 1, or bits beyond a type's own: the ABI's reference asserts that there are none. */
  | 'excess bits'
  /** A 32-bit value in a 64-bit core value of a variant, of which only the low bits count. */
  | 'joined';

/** What a guest passed means nothing. */
export class Refused extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(why);
    this.why = why;
  }
}

/** The parts of a record or tuple, in order. */
export function partsIn(type: Type): readonly Type[] {
  const bare = plain(type);
  if (bare.kind === 'tuple') return bare.items;
  if (bare.kind === 'named' && bare.body.kind === 'record')
    return bare.body.fields.map((field) => field.type);
  throw new TypeError(`a ${bare.kind} has no parts`);
}

/** A tag, if it is of a case. @throws {Refused} */
export function chosen(cases: readonly unknown[], tag: number): number {
  if (tag >= cases.length) throw new Refused('no such case');
  return tag;
}

/** A core value of the joined type as the one that it stands for. */
export function narrowed(value: Flat, from: CoreType, to: CoreType): Flat {
  if (from === to) return value;
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === 'bigint') view.setBigInt64(0, value, true);
  else view.setInt32(0, value, true);
  if (to === 'f64') return view.getFloat64(0, true);
  return to === 'f32' ? view.getFloat32(0, true) : view.getInt32(0, true);
}

/** What a core value means that stands for a primitive other than a string. @throws {Refused} */
export function ofCore(primitive: Primitive, value: Flat): unknown {
  const number = Number(value);
  switch (primitive) {
    case 'bool':
      return number !== 0;
    case 'u8':
      return number & 0xff;
    case 'u16':
      return number & 0xffff;
    case 'u32':
      return number >>> 0;
    case 's8':
      return (number << 24) >> 24;
    case 's16':
      return (number << 16) >> 16;
    case 's32':
      return number | 0;
    case 'u64':
    case 's64': {
      const long = BigInt(value);
      const exact = Number(
        primitive === 'u64' ? BigInt.asUintN(64, long) : BigInt.asIntN(64, long),
      );
      if (!Number.isSafeInteger(exact)) throw new Refused('unsafe integer');
      return exact;
    }
    case 'char': {
      const point = number >>> 0;
      if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Refused('no char');
      return String.fromCodePoint(point);
    }
    default:
      return number;
  }
}

/** A value of its parts, or of its case's payload, or of its flags' bits. */
export function built(type: Type, tag: number, parts: readonly unknown[]): unknown {
  const bare = plain(type);
  if (bare.kind === 'tuple') return parts;
  if (bare.kind === 'option') return tag === 0 ? undefined : parts[0];
  if (bare.kind === 'result')
    return tag === 0 ? { ok: true, value: parts[0] } : { ok: false, error: parts[0] };
  if (bare.kind !== 'named') throw new TypeError(`a ${bare.kind} has no parts`);
  const { body } = bare;
  if (body.kind === 'record')
    return Object.fromEntries(
      body.fields.map(({ name }, index) => [camelCase(name), parts[index]]),
    );
  if (body.kind === 'flags')
    return Object.fromEntries(
      body.flags.map(({ name }, index) => [camelCase(name), ((tag >>> index) & 1) === 1]),
    );
  const name = body.cases[tag]?.name;
  if (body.kind === 'enum') return name;
  return body.cases[tag]?.type === undefined ? { tag: name } : { tag: name, val: parts[0] };
}
