import { differences } from './differences.ts';
import type { MemoryState, State } from './hibernated.ts';

/** Zeros between two ranges that are kept as one: writing them costs less than two calls more. */
const MOST_ZEROS_WORDS = 256;

/** The same words between two changes that are kept as one: another place takes as much as four. */
const MOST_SAME_WORDS = 4;

/** What mostly has changed: one for all. */
const NOTHING = { places: [], bytes: new Uint8Array(0) } as const;

/**
 * What the memories of one program held before, one after the other, to compare with: of the one that was looked at last, for mostly
 * it is looked at next, too.
 */
const held: { of: Pristine | undefined; sizes: readonly number[]; bytes: Buffer } = {
  of: undefined,
  sizes: [],
  bytes: Buffer.alloc(0),
};

/** Bytes of a memory that are not all zero. */
interface Range {
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The state that instances of a module have before anything of whom they are for can be in it, to be gone back to. */
export class Pristine {
  readonly #memories: readonly { readonly byteLength: number; readonly ranges: readonly Range[] }[];
  readonly #globals: readonly (number | bigint)[];
  /** That are kept: all that are not zero. */
  readonly bytes: number;

  private constructor(
    memories: readonly WebAssembly.Memory[],
    globals: readonly (number | bigint)[],
  ) {
    this.#memories = memories.map(({ buffer }) => ({
      byteLength: buffer.byteLength,
      ranges: rangesOf(buffer),
    }));
    this.#globals = globals;
    this.bytes = this.#memories
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /**
   * Of an instance that is in it now; undefined where it could not be brought back bit by bit: the bits of a NaN may change
   * on their way through JavaScript.
   */
  static of(
    memories: readonly WebAssembly.Memory[],
    globals: readonly WebAssembly.Global[],
  ): Pristine | undefined {
    const values = globals.map(({ value }) => value as number | bigint);
    if (values.some((value) => Number.isNaN(value))) return undefined;
    return new Pristine(memories, values);
  }

  /**
   * Brings another instance of the same module back into it.
   * @param memories the bytes of each
   * @param state all that is other, where that is known: nothing else need be touched then
   * @returns false if a memory has another size, which cannot be taken back; nothing has changed then
   */
  restore(
    memories: readonly Uint8Array[],
    globals: readonly WebAssembly.Global[],
    state?: State,
  ): boolean {
    const before = this.#memories;
    // By index, here and wherever else every start of a vTask passes: an iterator over entries makes an array for each.
    for (let index = 0; index < before.length; index++)
      if (memories[index]?.length !== before[index]!.byteLength) return false;
    for (let index = 0; index < before.length; index++) {
      const bytes = memories[index]!;
      const { ranges } = before[index]!;
      if (state) undo(bytes, ranges, state.memories[index]!.places);
      else rewrite(bytes, ranges);
    }
    for (let index = 0; index < globals.length; index++)
      globals[index]!.value = this.#globals[index];
    return true;
  }

  /**
   * What another instance of the module has become since it was in this state.
   * @returns undefined where that is more than `maxBytes`, or could not be brought back bit by bit
   */
  stateOf(
    memories: readonly WebAssembly.Memory[],
    globals: readonly WebAssembly.Global[],
    maxBytes: number,
  ): State | undefined {
    const values = globals.map(({ value }) => value as number | bigint);
    if (values.some((value) => Number.isNaN(value))) return undefined;
    const states = this.#changed(memories);
    const changed = states.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return changed > maxBytes ? undefined : { memories: states, globals: values };
  }

  #changed(memories: readonly WebAssembly.Memory[]): readonly MemoryState[] {
    const now = memories.map(({ buffer }) => Buffer.from(buffer));
    const unchanged = this.#unchanged(now);
    let end = 0;
    return now.map((memory) => {
      const before = unchanged.subarray(end, end + memory.length);
      end += memory.length;
      return changesOf(memory, before);
    });
  }

  /** All memories as they are in this state, as large as they are now. */
  #unchanged(now: readonly Buffer[]): Buffer {
    const sizes = now.map(({ length }) => length);
    if (held.of === this && sizes.every((size, index) => size === held.sizes[index]))
      return held.bytes;
    const length = sizes.reduce((sum, size) => sum + size, 0);
    if (held.bytes.length < length) held.bytes = Buffer.alloc(length);
    else held.bytes.fill(0);
    let end = 0;
    for (const [index, { ranges }] of this.#memories.entries()) {
      for (const { at, bytes } of ranges) held.bytes.set(bytes, end + at);
      end += sizes[index]!;
    }
    Object.assign(held, { of: this, sizes });
    return held.bytes;
  }
}

function changesOf(memory: Buffer, before: Buffer): MemoryState {
  const places = differences(memory, before, MOST_SAME_WORDS);
  let length = 0;
  for (let at = 1; at < places.length; at += 2) length += places[at]!;
  const byteLength = memory.length;
  if (length === 0) return { byteLength, places: NOTHING.places, bytes: NOTHING.bytes };
  const bytes = new Uint8Array(length);
  let end = 0;
  for (let at = 0; at < places.length; at += 2) {
    bytes.set(memory.subarray(places[at], places[at]! + places[at + 1]!), end);
    end += places[at + 1]!;
  }
  return { byteLength, places, bytes };
}

/** Goes through all of a memory. */
function rewrite(bytes: Uint8Array, ranges: readonly Range[]): void {
  let end = 0;
  for (const range of ranges) {
    bytes.fill(0, end, range.at);
    bytes.set(range.bytes, range.at);
    end = range.at + range.bytes.length;
  }
  bytes.fill(0, end);
}

/** Touches nothing but what has changed, and what was there. */
function undo(bytes: Uint8Array, ranges: readonly Range[], places: readonly number[]): void {
  for (let at = 0; at < places.length; at += 2)
    bytes.fill(0, places[at], places[at]! + places[at + 1]!);
  for (const range of ranges) bytes.set(range.bytes, range.at);
}

function rangesOf(buffer: ArrayBuffer): Range[] {
  const zeros = Buffer.alloc(buffer.byteLength);
  const places = differences(Buffer.from(buffer), zeros, MOST_ZEROS_WORDS);
  const ranges: Range[] = [];
  for (let index = 0; index < places.length; index += 2) {
    const at = places[index]!;
    ranges.push({ at, bytes: new Uint8Array(buffer.slice(at, at + places[index + 1]!)) });
  }
  return ranges;
}
