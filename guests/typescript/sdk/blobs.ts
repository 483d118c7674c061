import * as kernel from 'posiv:vstore/blobs@0.1.0';
import type { BlobId, Durability, Extent } from 'posiv:vstore/blobs@0.1.0';
import { BlobWriter } from './blob-writer.ts';
import { call } from './error.ts';

const LARGEST_READ = 4 << 20; // of posiv:vstore/blobs, a call

/** Begins a blob. @throws {quota-exceeded} */
export function create(kind: Durability = 'durable'): BlobWriter {
  return new BlobWriter(kind);
}

/** A blob of these bytes. @throws {quota-exceeded | full | unreachable} */
export function put(data: Uint8Array | string, kind: Durability = 'durable'): BlobId {
  const writer = new BlobWriter(kind);
  writer.write(data);
  return writer.seal();
}

/** `length` bytes from `offset` on, fewer at the end. @throws {not-found | refused | unreachable | corrupt} */
export function read(blob: BlobId, offset = 0, length = size(blob) - offset): Uint8Array {
  if (length <= LARGEST_READ) return call(() => kernel.read(blob, offset, length));
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const piece = call(() => kernel.read(blob, offset + at, Math.min(LARGEST_READ, length - at)));
    if (piece.length === 0) break;
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes.subarray(0, at);
}

/** In bytes. @throws {not-found | unreachable} */
export function size(blob: BlobId): number {
  return call(() => kernel.size(blob));
}

/** Where bytes of a blob are. @throws {not-found | unreachable} */
export function locate(blob: BlobId, offset: number, length: number): Extent[] {
  return call(() => kernel.locate(blob, offset, length));
}

/** Drops a scratch blob. @throws {refused} */
export function release(blob: BlobId): void {
  call(() => kernel.release(blob));
}
