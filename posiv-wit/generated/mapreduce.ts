// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** Makes the shuffle small: folds the values of one key on the side of the mapper. */
export interface CombinerCalls {
  /** One value that stands for several of the same key; must be associative and commutative. */
  combine(key: Uint8Array, values: readonly Uint8Array[]): Awaitable<Result<Uint8Array, string>>;
}

/** The first half of a job, written by its author. */
export interface MapperCalls {
  /**
   * The bytes that part one record from the next. A record belongs to the split that has the separator before it,
   * whatever its length.
   */
  separators(): Awaitable<Uint8Array>;

  /** The pairs of a block of whole records. An error fails the map vTask, which is then run again elsewhere. */
  map(block: Uint8Array): Awaitable<Result<readonly Pair[], string>>;
}

/** The second half of a job, written by its author. */
export interface ReducerCalls {
  /** The bytes that the result has for a key: for text, one line of it. Keys come in the order of their bytes. */
  reduce(key: Uint8Array, values: readonly Uint8Array[]): Awaitable<Result<Uint8Array, string>>;
}

/** What a mapper emits and a reducer yields. A key has 1 byte to 16 MiB. */
export interface Pair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export function writePair(w: ValueWriter, v: Pair): void {
  w.bytes(v.key);
  w.bytes(v.value);
}

export function readPair(r: ValueReader): Pair {
  return { key: r.bytes(), value: r.bytes() };
}

