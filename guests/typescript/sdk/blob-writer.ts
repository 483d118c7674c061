import * as kernel from 'posiv:vstore/blobs@0.1.0';
import type { BlobId, Durability } from 'posiv:vstore/blobs@0.1.0';
import { call } from './error.ts';
import { utf8Encode } from './utf8.ts';

const LARGEST_APPEND = 4 << 20; // of posiv:vstore/blobs, a call

/** A blob that is being written, piece by piece. */
export class BlobWriter {
  readonly #writer: number;
  /** Bytes written so far. */
  size = 0;

  /** @throws {quota-exceeded} with 64 open already */
  constructor(kind: Durability = 'durable') {
    this.#writer = call(() => kernel.create(kind));
  }

  /** @throws {refused | full | unreachable} */
  write(data: Uint8Array | string): void {
    const bytes = typeof data === 'string' ? utf8Encode(data) : data;
    for (let at = 0; at < bytes.length; at += LARGEST_APPEND) {
      const piece = bytes.subarray(at, at + LARGEST_APPEND);
      call(() => kernel.append(this.#writer, piece));
    }
    this.size += bytes.length;
  }

  /** Ends the blob. @throws {refused | full | unreachable} */
  seal(): BlobId {
    return call(() => kernel.seal(this.#writer));
  }

  /** Drops what was written. */
  abort(): void {
    kernel.abort(this.#writer);
  }
}
