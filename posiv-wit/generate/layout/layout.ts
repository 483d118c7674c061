import { plain, type Type } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';

// Sizes, alignments and offsets in linear memory: "Alignment" and "Element Size" of the Canonical ABI.

/** In bytes. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

const PRIMITIVE_SIZES: Record<Primitive, number> = {
  bool: 1,
  u8: 1,
  s8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
  f32: 4,
  f64: 8,
  char: 4,
  string: 8,
};

function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Bytes of the tag of a variant with so many cases. */
export function tagSize(cases: number): 1 | 2 | 4 {
  return cases <= 256 ? 1 : cases <= 65_536 ? 2 : 4;
}

/** The payload types of an option, result, variant or enum, in the order of their tags. */
export function casesOf(type: Type): readonly (Type | undefined)[] | undefined {
  const bare = plain(type);
  if (bare.kind === 'option') return [undefined, bare.of];
  if (bare.kind === 'result') return [bare.ok, bare.error];
  if (bare.kind === 'named' && (bare.body.kind === 'variant' || bare.body.kind === 'enum')) {
    return bare.body.cases.map((each) => each.type);
  }
  return undefined;
}

/** The parts of a record or tuple. */
export function partsOf(type: Type): readonly Type[] | undefined {
  const bare = plain(type);
  if (bare.kind === 'tuple') return bare.items;
  if (bare.kind === 'named' && bare.body.kind === 'record')
    return bare.body.fields.map((field) => field.type);
  return undefined;
}

/** Where parts that follow each other lie, and what they take together. */
export function layoutOfParts(
  parts: readonly Type[],
): Layout & { readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  let align = 1;
  let end = 0;
  for (const part of parts) {
    const layout = layoutOf(part);
    const offset = alignTo(end, layout.align);
    offsets.push(offset);
    align = Math.max(align, layout.align);
    end = offset + layout.size;
  }
  return { size: alignTo(end, align), align, offsets };
}

/** Where the payload of a variant lies, and what the variant takes. */
export function layoutOfCases(
  cases: readonly (Type | undefined)[],
): Layout & { readonly payload: number } {
  const tag = tagSize(cases.length);
  const payloads = cases.filter((each) => each !== undefined).map(layoutOf);
  const payloadAlign = Math.max(1, ...payloads.map((each) => each.align));
  const payload = alignTo(tag, payloadAlign);
  const align = Math.max(tag, payloadAlign);
  return {
    size: alignTo(payload + Math.max(0, ...payloads.map((each) => each.size)), align),
    align,
    payload,
  };
}

/** Bytes of a set of so many flags; more than 32 are not in the ABI. */
export function flagsSize(flags: number): 1 | 2 | 4 {
  if (flags > 32) throw new Error(`${flags} flags: at most 32 are possible`);
  return flags <= 8 ? 1 : flags <= 16 ? 2 : 4;
}

export function layoutOf(type: Type): Layout {
  const bare = plain(type);
  if (bare.kind === 'primitive') {
    const size = PRIMITIVE_SIZES[bare.primitive];
    return { size, align: bare.primitive === 'string' ? 4 : size };
  }
  if (bare.kind === 'list') return { size: 8, align: 4 };
  if (bare.kind === 'named' && bare.body.kind === 'flags') {
    const size = flagsSize(bare.body.flags.length);
    return { size, align: size };
  }
  const cases = casesOf(type);
  return cases === undefined ? layoutOfParts(partsOf(type) ?? []) : layoutOfCases(cases);
}
