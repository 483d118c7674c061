import { CHUNK_BYTES } from './manifest.ts';

const KEPT = 4; // buffers of a chunk's size that wait to be used again

/**
 * Memory for whole chunks that is used again. Without it each chunk read is a megabyte for the garbage collector, which
 * then runs for longer than the read takes.
 */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];
  /** Those that are lent to one reader, who may give them back. */
  readonly #lent = new WeakSet<Uint8Array>();

  take(size: number): Buffer {
    return (size === CHUNK_BYTES && this.#spare.pop()) || Buffer.allocUnsafeSlow(size);
  }

  /** Says that nobody but the one who is given these bytes has them. */
  lend(bytes: Uint8Array): void {
    if (
      Buffer.isBuffer(bytes) &&
      bytes.length === CHUNK_BYTES &&
      bytes.buffer.byteLength === CHUNK_BYTES
    )
      this.#lent.add(bytes);
  }

  /** Takes back what was lent and is not used any more; does nothing for other bytes. */
  giveBack(bytes: Uint8Array): void {
    if (!this.#lent.delete(bytes) || this.#spare.length >= KEPT) return;
    this.#spare.push(bytes as Buffer);
  }
}
