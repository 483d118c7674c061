// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** Names a blob that is being written, for its writer alone. */
export type Writer = number;

/** What kind of blob it will be. */
export type Durability =
  /** Spread over the nodes and on disk before `seal` returns. It goes unless a path is bound to it within an hour. */
  | 'durable'
  /** Stays on the writer's node, and goes when the writer's creator ends: for what can be made again. */
  | 'scratch';

export const DURABILITY_CASES: readonly Durability[] = ['durable', 'scratch'];

export function durabilityTag(v: Durability): number {
  switch (v) {
    case 'durable':
      return 0;
    case 'scratch':
      return 1;
    default:
      return unknownCase('Durability', v satisfies never);
  }
}

export function writeDurability(w: ValueWriter, v: Durability): void {
  w.u8(durabilityTag(v));
}

export function readDurability(r: ValueReader): Durability {
  return DURABILITY_CASES[r.tag(2)] as Durability;
}

/** Immutable bytes, cut into chunks that are named by their content and verified whenever they are read. */
export interface BlobsCalls {
  /**
   * Begins a blob. At most 64 may be open at once; those of a vTask that ends are dropped.
   *
   * Errors: `quota-exceeded` (too many are open; a durable blob, `store-bytes`).
   */
  create(kind: Durability): Awaitable<Result<Writer, StoreError>>;

  /**
   * Adds bytes, at most 4 MiB a call. Up to 16 may be on their way at once; they are added in the order of the calls.
   *
   * Errors: `refused` (no such writer), `full`, `unreachable`, `quota-exceeded` (a scratch blob, `scratch-bytes`; a durable
   * one, `store-bytes`).
   */
  append(writer: Writer, bytes: Uint8Array): Awaitable<Result<undefined, StoreError>>;

  /**
   * Ends the blob.
   *
   * Errors: `refused` (no such writer), `full`, `unreachable`.
   */
  seal(writer: Writer): Awaitable<Result<BlobId, StoreError>>;

  /** Drops a blob that was begun. */
  abort(writer: Writer): Awaitable<void>;

  /**
   * Bytes of a blob, at most 4 MiB a call; fewer only at its end.
   *
   * Errors: `not-found`, `refused`, `unreachable`, `corrupt`.
   */
  read(blob: BlobId, offset: number, size: number): Awaitable<Result<Uint8Array, StoreError>>;

  /**
   * How long a blob is, in bytes.
   *
   * Errors: `not-found`, `unreachable`.
   */
  size(blob: BlobId): Awaitable<Result<number, StoreError>>;

  /**
   * Where the bytes of a blob are.
   *
   * Errors: `not-found`, `unreachable`.
   */
  locate(blob: BlobId, offset: number, size: number): Awaitable<Result<readonly Extent[], StoreError>>;

  /**
   * Drops a scratch blob before its time.
   *
   * Errors: `refused` (not a scratch blob, or not the caller's or its creator's).
   */
  release(blob: BlobId): Awaitable<Result<undefined, StoreError>>;
}

/**
 * Mutable paths over immutable blobs. A path begins with `/`, has parts of 1 to 255 bytes of UTF-8 without NUL, none of
 * them `.` or `..`, and at most 1,024 bytes in all. There are no folders: a prefix is enough.
 */
export interface FilesCalls {
  /**
   * Makes a path stand for a blob, durably, in place of whatever it stood for.
   *
   * Errors: `not-found` (the blob), `refused`, `unreachable` (the node that keeps the path), `full`.
   */
  bind(path: string, blob: BlobId): Awaitable<Result<Stat, StoreError>>;

  /**
   * What a path stands for.
   *
   * Errors: `not-found`, `unreachable`.
   */
  stat(path: string): Awaitable<Result<Stat, StoreError>>;

  /**
   * The paths that begin with a prefix, by their bytes, at most 1,000, those after `after`.
   *
   * Errors: `unreachable` (a node that keeps paths).
   */
  list(prefix: string, after: string | undefined): Awaitable<Result<readonly Stat[], StoreError>>;

  /**
   * Takes a path away. Its bytes go when no path stands for them.
   *
   * Errors: `not-found`, `unreachable`.
   */
  delete(path: string): Awaitable<Result<undefined, StoreError>>;
}

/** Names immutable bytes, wherever they are. Opaque ASCII, at most 256 bytes. */
export type BlobId = string;

/** Why vStore did not do what was asked. */
export type StoreError =
  /** No path or blob of this name. */
  | { readonly tag: 'not-found'; readonly val: string }
  /** The arguments are out of range or not allowed. */
  | { readonly tag: 'refused'; readonly val: string }
  /** The node that keeps the path, or every node that holds the bytes, cannot be reached. */
  | { readonly tag: 'unreachable'; readonly val: string }
  /** The bytes found are not those that were stored. */
  | { readonly tag: 'corrupt'; readonly val: string }
  /** The disk of the node is full. */
  | { readonly tag: 'full'; readonly val: string }
  /** A limit would be passed; names the limit. */
  | { readonly tag: 'quota-exceeded'; readonly val: string }
  /** Anything else. */
  | { readonly tag: 'other'; readonly val: string };

export function writeStoreError(w: ValueWriter, v: StoreError): void {
  switch (v.tag) {
    case 'not-found': {
      w.u8(0);
      w.string(v.val);
      break;
    }
    case 'refused': {
      w.u8(1);
      w.string(v.val);
      break;
    }
    case 'unreachable': {
      w.u8(2);
      w.string(v.val);
      break;
    }
    case 'corrupt': {
      w.u8(3);
      w.string(v.val);
      break;
    }
    case 'full': {
      w.u8(4);
      w.string(v.val);
      break;
    }
    case 'quota-exceeded': {
      w.u8(5);
      w.string(v.val);
      break;
    }
    case 'other': {
      w.u8(6);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('StoreError', v satisfies never);
  }
}

export function readStoreError(r: ValueReader): StoreError {
  const tag1 = r.tag(7);
  switch (tag1) {
    case 0: {
      return { tag: 'not-found', val: r.string() };
    }
    case 1: {
      return { tag: 'refused', val: r.string() };
    }
    case 2: {
      return { tag: 'unreachable', val: r.string() };
    }
    case 3: {
      return { tag: 'corrupt', val: r.string() };
    }
    case 4: {
      return { tag: 'full', val: r.string() };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: r.string() };
    }
    case 6: {
      return { tag: 'other', val: r.string() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** What a path stands for. */
export interface Stat {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly blob: BlobId;
  /** Milliseconds since 1970 by the clock of the node that keeps the path. */
  readonly modifiedMs: number;
}

export function writeStat(w: ValueWriter, v: Stat): void {
  w.string(v.path);
  w.u64(v.size);
  w.string(v.blob);
  w.u64(v.modifiedMs);
}

export function readStat(r: ValueReader): Stat {
  return { path: r.string(), size: r.u64(), blob: r.string(), modifiedMs: r.u64() };
}

/** A run of bytes, and the ids of the nodes that hold it. */
export interface Extent {
  /** In bytes from the start of the blob. */
  readonly offset: number;
  readonly size: number;
  readonly nodes: readonly string[];
}

export function writeExtent(w: ValueWriter, v: Extent): void {
  w.u64(v.offset);
  w.u64(v.size);
  w.count(v.nodes.length);
  for (const item1 of v.nodes) {
    w.string(item1);
  }
}

export function readExtent(r: ValueReader): Extent {
  const part4 = r.u64();
  const part5 = r.u64();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part6 = items1;
  return { offset: part4, size: part5, nodes: part6 };
}

