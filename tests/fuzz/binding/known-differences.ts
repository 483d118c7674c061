import type { Why } from './canonical-abi.ts';

export type Leniency = `${'return pointer' | 'cabi_realloc'} ${Why}`;

/**
 * What our binding traps at and the glue of jco 1.35 takes. All but the integers the Canonical ABI has as traps; a string
 * that is out of bounds, a case that is none, a char that is none and room for a string that is out of bounds are refused
 * by both.
 */
export const LENIENT: ReadonlySet<Why | Leniency> = new Set<Why | Leniency>([
  // It checks no alignment but that of lists of numbers.
  'unaligned',
  'return pointer unaligned',
  'cabi_realloc unaligned',
  // It decodes what is no UTF-8 to U+FFFD.
  'not utf-8',
  // It cuts lists of numbers off at the end of memory, and reads of a value only what its case has.
  'a list out of bounds',
  'a value out of bounds',
  // Nor does it write more.
  'cabi_realloc a value out of bounds',
  // It looks at a return pointer only after the call, when memory may have grown.
  'return pointer a value out of bounds',
  // It has BigInts.
  'unsafe integer',
]);

/** Where jco's glue is stricter, or wrong. */
export const EXCESS_BITS = 'jco refuses: excess bits';
export const ROUNDED = 'jco rounds 64 bits where 32 count';
/** The Canonical ABI asks for room for nothing too. We spare the call, and give an aligned address. */
export const ROOM_FOR_NOTHING = 'jco asks for room for nothing, and cabi_realloc lies';

/** How a difference in what is taken is called. */
export function taken(why: Why | Leniency): string {
  return `jco takes: ${why}`;
}

/** All differences that are known. */
export const KNOWN: readonly string[] = [
  ...[...LENIENT].map(taken),
  EXCESS_BITS,
  ROUNDED,
  ROOM_FOR_NOTHING,
];

/** Without the byte order marks that jco takes off the strings that it reads. */
export function withoutMarks(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^\uFEFF/, '');
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutMarks(each)]));
}
