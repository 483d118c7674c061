/**
 * What spare instances may hold in a lane together. Whoever starts next takes the one that ended last, so as many are of use
 * as end between two starts: some tens. They count for nobody's quota: hence few, and small ones.
 */
const MAX_SPARES = 256;
const MAX_SPARE_BYTES = 16 << 20;

/** Something to be used again by whoever wants the same. */
export interface Spare<W> {
  /** What it belongs to: only its own may have it. */
  readonly owner: object;
  /** Of memory, while it is kept. */
  readonly bytes: number;
  fits(wanted: W): boolean;
}

export interface SparesInit {
  readonly maxSpares?: number;
  /** Bytes. */
  readonly maxBytes?: number;
}

/** The spare instances of one lane, of all its programs: bounded, the oldest is dropped. */
export class Spares<W, S extends Spare<W> = Spare<W>> {
  readonly #maxSpares: number;
  readonly #maxBytes: number;
  /** The oldest first. They are few, and the one that is wanted is nearly always the last. */
  readonly #all: S[] = [];
  #bytes = 0;

  constructor({ maxSpares = MAX_SPARES, maxBytes = MAX_SPARE_BYTES }: SparesInit = {}) {
    this.#maxSpares = maxSpares;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#all.length;
  }

  /** Of memory that all of them hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns bytes of those that are dropped for it, or its own if it is too large to be kept */
  put(spare: S): number {
    const { bytes } = spare;
    if (bytes > this.#maxBytes) return bytes;
    this.#all.push(spare);
    this.#bytes += bytes;
    const before = this.#bytes;
    while (this.#all.length > this.#maxSpares || this.#bytes > this.#maxBytes)
      this.#bytes -= this.#all.shift()!.bytes;
    return before - this.#bytes;
  }

  /** Takes the latest that fits. */
  take(owner: object, wanted: W): S | undefined {
    const all = this.#all;
    for (let at = all.length - 1; at >= 0; at -= 1) {
      const spare = all[at]!;
      if (spare.owner !== owner || !spare.fits(wanted)) continue;
      if (at === all.length - 1) all.pop();
      else all.splice(at, 1);
      this.#bytes -= spare.bytes;
      return spare;
    }
    return undefined;
  }
}
