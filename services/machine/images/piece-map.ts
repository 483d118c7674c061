import { MachineFault } from '../errors.ts';

/** In what an image is cut: as large as the clusters of an overlay, which are read whole. */
export const PIECE_BYTES = 64 << 10;
export const MAX_IMAGE_BYTES = 2 ** 40;
/** Of a map as text. */
export const MAX_MAP_BYTES = 4 << 20;
/** Of a map: as many as its text has room for, 20 bytes each at most. */
const MAX_RUNS = 200_000;

const VERSION = 1;
const SECTOR_BYTES = 512;

/** So many pieces one after the other, from one on. */
type Run = readonly [first: number, count: number];

/** Where a part of an image is: in the blob of its pieces, or nowhere, which is zeros. */
export interface Extent {
  readonly bytes: number;
  /** Of the blob; undefined for zeros. */
  readonly at: number | undefined;
}

/**
 * Which pieces of an image there are. The others are zeros, and are not kept. A blob has those that are there, one after the
 * other; what stands for an image is that blob and its map.
 */
export class PieceMap {
  readonly size: number;
  /** Of each run, its first piece. */
  readonly #firsts: Uint32Array;
  /** Of each run, which piece of the blob its first one is; and how many pieces the blob has in all. */
  readonly #starts: Uint32Array;

  private constructor(size: number, count: number, runs: Iterable<Run>) {
    this.size = size;
    this.#firsts = new Uint32Array(count);
    this.#starts = new Uint32Array(count + 1);
    let at = 0;
    for (const [first, pieces] of runs) {
      this.#firsts[at] = first;
      this.#starts[at + 1] = this.#starts[at]! + pieces;
      at += 1;
    }
  }

  /** How long the blob is, in bytes. */
  get blobBytes(): number {
    return this.#starts.at(-1)! * PIECE_BYTES;
  }

  /**
   * Where there are more holes than a map has room for, the shortest are kept as if something were in them.
   * @param isThere of each piece of an image of that size, 1 where it is
   */
  static of(size: number, isThere: Uint8Array): PieceMap {
    for (let hole = 1; ; hole *= 2) {
      let count = 0;
      for (const _ of runsOf(isThere, hole)) count += 1;
      if (count <= MAX_RUNS) return new PieceMap(size, count, runsOf(isThere, hole));
    }
  }

  /** What a tenant has written. @throws {refused} it is no map */
  static parse(text: string): PieceMap {
    const { version, size, runs } = parsed(text);
    if (version !== VERSION || !Number.isSafeInteger(size) || !Array.isArray(runs)) refuse();
    if (size < SECTOR_BYTES || size > MAX_IMAGE_BYTES || size % SECTOR_BYTES !== 0) refuse();
    const pieces = Math.ceil(size / PIECE_BYTES);
    let end = 0;
    for (const run of runs) {
      if (!Array.isArray(run) || run.length !== 2) refuse();
      const [first, count] = run as unknown as Run;
      if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) refuse();
      if (first < end || count < 1 || first + count > pieces) refuse();
      end = first + count;
    }
    return new PieceMap(size, runs.length, runs as readonly Run[]);
  }

  toText(): string {
    const runs = [...this.#firsts].map((first, at): Run => [first, this.#count(at)]);
    return JSON.stringify({ version: VERSION, size: this.size, runs });
  }

  /** Which bytes of the image there are, in runs. */
  *runs(): Generator<{ readonly offset: number; readonly bytes: number }> {
    for (const [at, first] of this.#firsts.entries()) {
      const offset = first * PIECE_BYTES;
      yield { offset, bytes: Math.min(this.#count(at) * PIECE_BYTES, this.size - offset) };
    }
  }

  /** Where bytes of the image are, in their order. They have to be in it. */
  *extents(offset: number, length: number): Generator<Extent> {
    let at = offset;
    const end = offset + length;
    for (let index = this.#runAfter(offset); at < end; index += 1) {
      const first = this.#firsts[index];
      const begin = first === undefined ? end : Math.min(end, first * PIECE_BYTES);
      if (begin > at) yield { bytes: begin - at, at: undefined };
      at = Math.max(at, begin);
      if (first === undefined || at === end) continue;
      const bytes = Math.min(end, (first + this.#count(index)) * PIECE_BYTES) - at;
      yield { bytes, at: (this.#starts[index]! - first) * PIECE_BYTES + at };
      at += bytes;
    }
  }

  /** How many pieces a run has. */
  #count(run: number): number {
    return this.#starts[run + 1]! - this.#starts[run]!;
  }

  /** The first run that ends after a byte of the image. */
  #runAfter(offset: number): number {
    const piece = Math.floor(offset / PIECE_BYTES);
    let [low, high] = [0, this.#firsts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#firsts[middle]! + this.#count(middle) <= piece) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @param hole how many pieces in a row that are not there end a run */
function* runsOf(isThere: Uint8Array, hole: number): Generator<Run> {
  for (let first = isThere.indexOf(1); first >= 0;) {
    let last = first;
    let next = first;
    for (; next >= 0 && next - last <= hole; next = isThere.indexOf(1, next + 1)) last = next;
    yield [first, last + 1 - first];
    first = next;
  }
}

function parsed(text: string): { version: unknown; size: number; runs: readonly unknown[] } {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null)
      return value as { version: unknown; size: number; runs: readonly unknown[] };
  } catch {
    // Told of below.
  }
  return refuse();
}

function refuse(): never {
  throw new MachineFault('refused', 'the map of the image is none: import it again');
}
