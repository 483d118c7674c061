// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** Asks for bytes. */
export interface PullRequest {
  /** Chosen by the puller, unique among its pulls on the connection. */
  readonly id: number;
  /** At most 1,024 bytes. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** How many bytes may be sent before more credit comes. At most 4 MiB. */
  readonly credit: number;
}

export function writePullRequest(w: ValueWriter, v: PullRequest): void {
  w.u32(v.id);
  w.string(v.name);
  w.u64(v.offset);
  w.u64(v.size);
  w.u32(v.credit);
}

export function readPullRequest(r: ValueReader): PullRequest {
  return {
    id: r.u32(),
    name: r.string(),
    offset: r.u64(),
    size: r.u64(),
    credit: r.u32(),
  };
}

/** The bytes are found. */
export interface PullOpened {
  readonly id: number;
  /** How many bytes will come: exactly so many, or a failure. */
  readonly size: number;
}

export function writePullOpened(w: ValueWriter, v: PullOpened): void {
  w.u32(v.id);
  w.u64(v.size);
}

export function readPullOpened(r: ValueReader): PullOpened {
  return { id: r.u32(), size: r.u64() };
}

/** Some of the bytes, in order: 4 to 60 KiB of them, and fewer only where they are the last. */
export interface PullChunk {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export function writePullChunk(w: ValueWriter, v: PullChunk): void {
  w.u32(v.id);
  w.bytes(v.bytes);
}

export function readPullChunk(r: ValueReader): PullChunk {
  return { id: r.u32(), bytes: r.bytes() };
}

/** The puller took so many bytes and has room for as many again. */
export interface PullCredit {
  readonly id: number;
  readonly bytes: number;
}

export function writePullCredit(w: ValueWriter, v: PullCredit): void {
  w.u32(v.id);
  w.u32(v.bytes);
}

export function readPullCredit(r: ValueReader): PullCredit {
  return { id: r.u32(), bytes: r.u32() };
}

/** There will be no more bytes. */
export interface PullFailed {
  readonly id: number;
  /** Stable, lower case with hyphens, at most 64 characters. */
  readonly code: string;
  /** For people. At most 1,024 bytes. */
  readonly message: string;
}

export function writePullFailed(w: ValueWriter, v: PullFailed): void {
  w.u32(v.id);
  w.string(v.code);
  w.string(v.message);
}

export function readPullFailed(r: ValueReader): PullFailed {
  return { id: r.u32(), code: r.string(), message: r.string() };
}

/** The puller wants no more bytes. Nothing answers it. */
export interface PullCancel {
  readonly id: number;
}

export function writePullCancel(w: ValueWriter, v: PullCancel): void {
  w.u32(v.id);
}

export function readPullCancel(r: ValueReader): PullCancel {
  return { id: r.u32() };
}

