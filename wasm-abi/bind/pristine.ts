/** Zeros between two ranges that are kept as one: writing them costs less than two calls more. */
const MOST_ZEROS_WORDS = 256;

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
   * @returns false if a memory has another size, which cannot be taken back; nothing has changed then
   */
  restore(
    memories: readonly WebAssembly.Memory[],
    globals: readonly WebAssembly.Global[],
  ): boolean {
    for (const [index, { byteLength }] of this.#memories.entries())
      if (memories[index]?.buffer.byteLength !== byteLength) return false;
    for (const [index, { ranges }] of this.#memories.entries()) {
      const bytes = new Uint8Array(memories[index]!.buffer);
      let end = 0;
      for (const range of ranges) {
        bytes.fill(0, end, range.at);
        bytes.set(range.bytes, range.at);
        end = range.at + range.bytes.length;
      }
      bytes.fill(0, end);
    }
    for (let index = 0; index < globals.length; index++)
      globals[index]!.value = this.#globals[index];
    return true;
  }
}

/** A memory has whole pages, so it can be looked at by words. */
function rangesOf(buffer: ArrayBuffer): Range[] {
  const words = new Int32Array(buffer);
  const ranges: Range[] = [];
  for (let at = 0; at < words.length; at++) {
    if (words[at] === 0) continue;
    let end = at + 1;
    for (let next = end; next < words.length && next - end < MOST_ZEROS_WORDS; next++)
      if (words[next] !== 0) end = next + 1;
    ranges.push({ at: at * 4, bytes: new Uint8Array(buffer.slice(at * 4, end * 4)) });
    at = end;
  }
  return ranges;
}
