const MAX_BYTES = 8 << 20; // of buffers that wait to be used again
const SMALLEST = 1 << 20; // of which a new one costs more than keeping it

/**
 * Memory for whole chunks, and for several of them, that is used again. Without it each chunk read is a megabyte for the
 * garbage collector, which then runs for longer than the read takes.
 */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];
  /** Those that are lent to one reader, who may give them back. */
  readonly #lent = new WeakSet<Uint8Array>();
  #bytes = 0;

  take(size: number): Buffer {
    const at = this.#spare.findLastIndex((each) => each.length === size);
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1);
    if (spare) this.#bytes -= size;
    return spare ?? Buffer.allocUnsafeSlow(size);
  }

  /** Says that nobody but the one who is given these bytes has them. */
  lend(bytes: Uint8Array): void {
    if (
      Buffer.isBuffer(bytes) &&
      bytes.length >= SMALLEST &&
      bytes.length === bytes.buffer.byteLength
    )
      this.#lent.add(bytes);
  }

  /** Takes back what was lent and is not used any more; does nothing for other bytes. */
  giveBack(bytes: Uint8Array): void {
    if (!this.#lent.delete(bytes)) return;
    this.#spare.push(bytes as Buffer);
    this.#bytes += bytes.length;
    while (this.#bytes > MAX_BYTES) this.#bytes -= this.#spare.shift()!.length;
  }
}
