// What follows each opcode, in the order of the specification's index of instructions. A one-byte opcode that is not here
// is refused.

export const NO_IMMEDIATE = 1;
export const ONE_NUMBER = 2;
export const MEMORY_ARGUMENT = 4;
export const FOUR_BYTES = 5;
export const EIGHT_BYTES = 6;
export const BLOCK = 7;
export const LOOP = 8;
export const END = 9;
export const BRANCH_TABLE = 10;
export const SELECT_TYPES = 11;
export const TRY_TABLE = 12;
export const CALL = 13;
export const INDIRECT_CALL = 14;
export const REFERENCE_CALL = 15;
export const FUNCTION_REFERENCE = 16;
export const HEAVY_ONE_NUMBER = 17;
export const HEAVY = 18;
export const I32_CONSTANT = 19;
export const PREFIX_GC = 20;
export const PREFIX_BULK = 21;
export const PREFIX_VECTOR = 22;
export const PREFIX_ATOMIC = 23;
export const DELEGATE = 24;
export const BRANCH = 25;
export const RETHROW = 26;
export const TABLE_SET = 27;
export const MEMORY_GROW = 28;

/** By opcode: what it is followed by, and what it means for a check. 0: unknown. */
export const FORMS: Uint8Array = forms([
  [NO_IMMEDIATE, 0x00, 0x01, 0x05, 0x0f, 0x19, 0x1a, 0x1b, [0x45, 0xc4], 0xd1, 0xd3, 0xd4],
  [BLOCK, 0x02, 0x04, 0x06],
  [LOOP, 0x03],
  [END, 0x0b],
  [DELEGATE, 0x18],
  // catch, variables, table.get, i64.const, memory.size, ref.null
  [ONE_NUMBER, 0x07, [0x20, 0x25], 0x3f, 0x42, 0xd0],
  [TABLE_SET, 0x26],
  [BRANCH, 0x0c, 0x0d, 0xd5, 0xd6], // br, br_if, br_on_null, br_on_non_null
  [HEAVY_ONE_NUMBER, 0x08], // throw
  [MEMORY_GROW, 0x40],
  [RETHROW, 0x09],
  [HEAVY, 0x0a], // throw_ref
  [BRANCH_TABLE, 0x0e],
  [CALL, 0x10, 0x12],
  [INDIRECT_CALL, 0x11, 0x13],
  [REFERENCE_CALL, 0x14, 0x15],
  [SELECT_TYPES, 0x1c],
  [TRY_TABLE, 0x1f],
  [MEMORY_ARGUMENT, [0x28, 0x3e]],
  [I32_CONSTANT, 0x41],
  [FOUR_BYTES, 0x43],
  [EIGHT_BYTES, 0x44],
  [FUNCTION_REFERENCE, 0xd2],
  [PREFIX_GC, 0xfb],
  [PREFIX_BULK, 0xfc],
  [PREFIX_VECTOR, 0xfd],
  [PREFIX_ATOMIC, 0xfe],
]);

function forms(table: readonly (readonly [number, ...(number | readonly [number, number])[]])[]) {
  const all = new Uint8Array(256);
  for (const [form, ...opcodes] of table) {
    for (const each of opcodes) {
      if (typeof each === 'number') all[each] = form;
      else all.fill(form, each[0], each[1] + 1);
    }
  }
  return all;
}

/** @returns where the LEB128 number at `at` ends */
export function afterNumber(bytes: Uint8Array, at: number): number {
  let next = at;
  while ((bytes[next++] ?? 0) >= 0x80);
  return next;
}

/** The unsigned LEB128 number of at most 32 bits at `at`; of valid code only. */
export function numberAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  let value = first & 0x7f;
  for (let next = at + 1, shift = 7; ; next++, shift += 7) {
    const byte = bytes[next] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
}

/** @returns where the type at `at` ends, of a block or a value */
export function afterType(bytes: Uint8Array, at: number): number {
  const form = bytes[at];
  const next = afterNumber(bytes, at);
  return form === 0x63 || form === 0x64 ? afterNumber(bytes, next) : next; // a reference has a heap type
}

/** @returns where the alignment, memory and offset at `at` end */
export function afterMemoryArgument(bytes: Uint8Array, at: number): number {
  const flags = bytes[at] ?? 0;
  const next = afterNumber(bytes, at);
  return afterNumber(bytes, (flags & 0x40) === 0 ? next : afterNumber(bytes, next));
}

/** @returns where the immediates of the vector instruction `code` end; -1: there is no such instruction */
export function afterVector(bytes: Uint8Array, code: number, at: number): number {
  if (code <= 11 || code === 92 || code === 93) return afterMemoryArgument(bytes, at);
  if (code === 12 || code === 13) return at + 16; // v128.const, i8x16.shuffle
  if (code >= 21 && code <= 34) return at + 1; // lanes
  if (code >= 84 && code <= 91) return afterMemoryArgument(bytes, at) + 1;
  return code <= 0x113 ? at : -1; // up to relaxed SIMD
}

/**
 * @returns where the immediates of the instruction `code` on references end; -1: it makes or reads what lies in the
 * engine's heap, or there is no such instruction
 */
export function afterReferenceInstruction(bytes: Uint8Array, code: number, at: number): number {
  if (code >= 20 && code <= 23) return afterNumber(bytes, at); // ref.test, ref.cast
  if (code === 24 || code === 25) {
    // br_on_cast, br_on_cast_fail: flags, label, two heap types
    return afterNumber(bytes, afterNumber(bytes, afterNumber(bytes, at + 1)));
  }
  return code >= 26 && code <= 30 ? at : -1; // conversions, i31
}

/** @returns where the immediates of the atomic instruction `code` end; -1: it waits, or there is no such instruction */
export function afterAtomic(bytes: Uint8Array, code: number, at: number): number {
  if (code === 3) return at + 1; // atomic.fence
  return code === 0 || (code >= 0x10 && code <= 0x4e) ? afterMemoryArgument(bytes, at) : -1;
}

/** @returns where the immediates of the instruction `code` on memories, tables or wide numbers end; -1: unknown */
export function afterBulk(bytes: Uint8Array, code: number, at: number): number {
  if (code < 8 || (code >= 19 && code <= 22)) return at; // saturating conversions, wide arithmetic
  if (code === 8 || code === 10 || code === 12 || code === 14)
    return afterNumber(bytes, afterNumber(bytes, at));
  return code <= 17 ? afterNumber(bytes, at) : -1;
}
