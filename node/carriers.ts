const SMALL_BYTES = 64 << 10; // below, a new one costs less than to keep it
const STEP_BYTES = 256 << 10; // sizes are rounded up, so that one serves for what differs a little
const KEPT = 4;

/**
 * Memory that carries large posts to a lane and comes back empty. A new megabyte for each result of a read would be
 * garbage in two heaps.
 */
export class Carriers {
  readonly #kept: ArrayBuffer[] = [];

  /** A copy of these bytes, in memory that may be given away. */
  fill(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { byteLength } = bytes;
    if (byteLength < SMALL_BYTES) return bytes.slice();
    const at = this.#kept.findIndex((each) => each.byteLength >= byteLength);
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1);
    const size = Math.ceil(byteLength / STEP_BYTES) * STEP_BYTES;
    const own = new Uint8Array(kept ?? new ArrayBuffer(size), 0, byteLength);
    own.set(bytes);
    return own;
  }

  giveBack(memory: ArrayBuffer): void {
    if (this.#kept.length < KEPT) this.#kept.push(memory);
  }
}
