import { randomFillSync } from 'node:crypto';

/** As many as a call of WASI gives at the most. */
const MEMORY_BYTES = 64 << 10;

/**
 * Random bytes for the guests of a lane, in memory that is used again: a guest asks without end, and memory of its own for each
 * answer would lie outside of the engine's heap, for every 60 MB of which it looks through all of that.
 */
export class GuestRandom {
  #memory = new Uint8Array(0);
  #given = 0;

  /** `n` bytes that nobody can guess; they are to be copied before it is asked again. */
  bytes(n: number): Uint8Array {
    if (n > MEMORY_BYTES) return randomFillSync(new Uint8Array(n));
    if (this.#given + n > this.#memory.length) {
      if (this.#memory.length === 0) this.#memory = new Uint8Array(MEMORY_BYTES);
      randomFillSync(this.#memory);
      this.#given = 0;
    }
    const from = this.#given;
    this.#given += n;
    return this.#memory.subarray(from, this.#given);
  }
}
