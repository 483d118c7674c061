import { flatten } from '#posiv-wit/generate/layout/flatten.ts';
import {
  casesOf,
  flagsSize,
  layoutOf,
  layoutOfCases,
  layoutOfParts,
  tagSize,
} from '#posiv-wit/generate/layout/layout.ts';
import { isBytes, plain, type Type } from '#posiv-wit/generate/model/model.ts';
import type { Primitive } from '#posiv-wit/generate/syntax/tree.ts';
import {
  built,
  chosen,
  type Flat,
  narrowed,
  type Oddity,
  ofCore,
  partsIn,
  Refused,
  type Why,
} from './canonical-abi.ts';

// What the Canonical ABI says a guest's bytes mean ("Loading" and "Flat Lifting"), as plainly as it can be said: the judge
// between two bindings. Only sizes and offsets come from the generator; where they are wrong, the other binding disagrees.

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads values, as the generated TypeScript declares them, from a memory. */
export class AbiReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #oddities = new Set<Oddity>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** What was read that means something, but that bindings may well see in other ways. */
  get oddities(): ReadonlySet<Oddity> {
    return this.#oddities;
  }

  /** A value behind a pointer that a guest gave. @throws {Refused} */
  loadAt(type: Type, pointer: Flat): unknown {
    return this.#load(type, this.room(type, pointer));
  }

  /** A place for a value. @throws {Refused} */
  room(type: Type, pointer: Flat): number {
    const { size, align } = layoutOf(type);
    return this.place(pointer, size, align, 'a value out of bounds');
  }

  /** @throws {Refused} */
  place(pointer: Flat, size: number, align: number, why: Why): number {
    const at = Number(pointer) >>> 0;
    if (at % align !== 0) throw new Refused('unaligned');
    if (at + size > this.#bytes.length) throw new Refused(why);
    return at;
  }

  /** The value that core values stand for. @throws {Refused} */
  lift(type: Type, flats: readonly Flat[]): unknown {
    const bare = plain(type);
    const [first = 0] = flats;
    if (bare.kind === 'primitive') {
      if (bare.primitive === 'string') return this.#text(first, flats[1] ?? 0);
      return this.#ofCore(bare.primitive, first);
    }
    if (bare.kind === 'list') return this.#list(type, bare.of, first, flats[1] ?? 0);
    if (bare.kind === 'named' && bare.body.kind === 'flags')
      return this.#flags(type, bare.body.flags.length, Number(first));
    const cases = casesOf(type);
    if (cases) {
      const tag = chosen(cases, Number(first) >>> 0);
      const payload = cases[tag];
      if (payload === undefined) return built(type, tag, []);
      const joined = flatten(type).slice(1);
      const given = flatten(payload).map((core, at) => {
        const flat = flats[at + 1] ?? 0;
        const long = joined[at] === 'i64' && (core === 'i32' || core === 'f32');
        if (long && BigInt.asIntN(32, BigInt(flat)) !== flat) this.#oddities.add('joined');
        return narrowed(flat, joined[at] ?? core, core);
      });
      return built(type, tag, [this.lift(payload, given)]);
    }
    let used = 0;
    const parts = partsIn(type).map((part) => {
      const count = flatten(part).length;
      used += count;
      return this.lift(part, flats.slice(used - count, used));
    });
    return built(type, 0, parts);
  }

  #load(type: Type, at: number): unknown {
    const bare = plain(type);
    if (bare.kind === 'primitive') return this.#primitive(bare.primitive, at);
    if (bare.kind === 'list')
      return this.#list(type, bare.of, this.#uint(at, 4), this.#uint(at + 4, 4));
    if (bare.kind === 'named' && bare.body.kind === 'flags')
      return this.#flags(
        type,
        bare.body.flags.length,
        this.#uint(at, flagsSize(bare.body.flags.length)),
      );
    const cases = casesOf(type);
    if (cases) {
      const tag = chosen(cases, this.#uint(at, tagSize(cases.length)));
      const payload = cases[tag];
      const from = at + layoutOfCases(cases).payload;
      return built(type, tag, payload === undefined ? [] : [this.#load(payload, from)]);
    }
    const parts = partsIn(type);
    const { offsets } = layoutOfParts(parts);
    return built(
      type,
      0,
      parts.map((part, index) => this.#load(part, at + (offsets[index] ?? 0))),
    );
  }

  #primitive(primitive: Primitive, at: number): unknown {
    if (primitive === 'string') return this.#text(this.#uint(at, 4), this.#uint(at + 4, 4));
    if (primitive === 'f32') return this.#view.getFloat32(at, true);
    if (primitive === 'f64') return this.#view.getFloat64(at, true);
    if (primitive === 'u64' || primitive === 's64')
      return this.#ofCore(primitive, this.#view.getBigInt64(at, true));
    const { size } = layoutOf({ kind: 'primitive', primitive });
    return this.#ofCore(primitive, this.#uint(at, size as 1 | 2 | 4), size);
  }

  #ofCore(primitive: Primitive, value: Flat, size = 4): unknown {
    const meant = ofCore(primitive, value);
    const bits = Number(value) >>> 0;
    if (primitive === 'bool' && bits > 1) this.#oddities.add('excess bits');
    // From memory no more bits come than the type has.
    if (size === 4 && /^[us](8|16)$/.test(primitive) && meant !== (Number(value) | 0))
      this.#oddities.add('excess bits');
    return meant;
  }

  #flags(type: Type, count: number, bits: number): unknown {
    if (count < 32 && bits >>> 0 >= 2 ** count) this.#oddities.add('excess bits');
    return built(type, bits, []);
  }

  #uint(at: number, size: 1 | 2 | 4): number {
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  #text(pointer: Flat, length: Flat): string {
    const size = Number(length) >>> 0;
    const at = this.place(pointer, size, 1, 'a string out of bounds');
    try {
      return UTF8.decode(this.#bytes.slice(at, at + size));
    } catch {
      throw new Refused('not utf-8');
    }
  }

  #list(type: Type, of: Type, pointer: Flat, length: Flat): unknown {
    const count = Number(length) >>> 0;
    const { size, align } = layoutOf(of);
    const at = this.place(pointer, count * size, align, 'a list out of bounds');
    if (isBytes(type)) return this.#bytes.slice(at, at + count);
    return Array.from({ length: count }, (_, index) => this.#load(of, at + index * size));
  }
}
