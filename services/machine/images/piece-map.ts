import { MachineFault } from '../errors.ts';

/** In what an image is cut: as large as the clusters of an overlay, which are read whole. */
export const PIECE_BYTES = 64 << 10;
export const MAX_IMAGE_BYTES = 2 ** 40;
/** Of a map as text. An image that is so full of holes is none that anybody has made. */
export const MAX_MAP_BYTES = 4 << 20;

const VERSION = 1;
const SECTOR_BYTES = 512;

/** So many pieces one after the other, from one on. */
export type Run = readonly [first: number, count: number];

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
  readonly #runs: readonly Run[];
  /** Of each run, which piece of the blob its first one is. */
  readonly #starts: readonly number[];
  readonly #pieces: number;

  private constructor(size: number, runs: readonly Run[]) {
    this.size = size;
    this.#runs = runs;
    const starts: number[] = [];
    let pieces = 0;
    for (const [, count] of runs) {
      starts.push(pieces);
      pieces += count;
    }
    this.#starts = starts;
    this.#pieces = pieces;
  }

  /** How long the blob is, in bytes. */
  get blobBytes(): number {
    return this.#pieces * PIECE_BYTES;
  }

  /** @param isThere of each piece of an image of that size */
  static of(size: number, isThere: readonly boolean[]): PieceMap {
    const runs: [number, number][] = [];
    for (const [at, there] of isThere.entries()) {
      const last = runs.at(-1);
      if (!there) continue;
      if (last && last[0] + last[1] === at) last[1] += 1;
      else runs.push([at, 1]);
    }
    return new PieceMap(size, runs);
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
    return new PieceMap(size, runs as readonly Run[]);
  }

  toText(): string {
    return JSON.stringify({ version: VERSION, size: this.size, runs: this.#runs });
  }

  /** Which bytes of the image there are, in runs. */
  *runs(): Generator<{ readonly offset: number; readonly bytes: number }> {
    for (const [first, count] of this.#runs) {
      const offset = first * PIECE_BYTES;
      yield { offset, bytes: Math.min(count * PIECE_BYTES, this.size - offset) };
    }
  }

  /** Where bytes of the image are, in their order. They have to be in it. */
  *extents(offset: number, length: number): Generator<Extent> {
    let at = offset;
    const end = offset + length;
    for (let index = this.#runAfter(offset); at < end; index += 1) {
      const run = this.#runs[index];
      const begin = run ? Math.min(end, run[0] * PIECE_BYTES) : end;
      if (begin > at) yield { bytes: begin - at, at: undefined };
      at = Math.max(at, begin);
      if (!run || at === end) continue;
      const bytes = Math.min(end, (run[0] + run[1]) * PIECE_BYTES) - at;
      yield { bytes, at: this.#starts[index]! * PIECE_BYTES + at - run[0] * PIECE_BYTES };
      at += bytes;
    }
  }

  /** The first run that ends after a byte of the image. */
  #runAfter(offset: number): number {
    const piece = Math.floor(offset / PIECE_BYTES);
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [first, count] = this.#runs[middle]!;
      if (first + count <= piece) low = middle + 1;
      else high = middle;
    }
    return low;
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
