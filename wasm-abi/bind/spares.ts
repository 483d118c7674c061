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
  /** The oldest first. */
  readonly #all = new Set<S>();
  readonly #byOwner = new Map<object, S[]>();
  #bytes = 0;

  constructor({ maxSpares = MAX_SPARES, maxBytes = MAX_SPARE_BYTES }: SparesInit = {}) {
    this.#maxSpares = maxSpares;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Of memory that all of them hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns bytes of those that are dropped for it, or its own if it is too large to be kept */
  put(spare: S): number {
    const { owner, bytes } = spare;
    if (bytes > this.#maxBytes) return bytes;
    const same = this.#byOwner.get(owner);
    if (same) same.push(spare);
    else this.#byOwner.set(owner, [spare]);
    this.#all.add(spare);
    this.#bytes += bytes;
    const before = this.#bytes;
    while (this.#all.size > this.#maxSpares || this.#bytes > this.#maxBytes) {
      const [oldest] = this.#all;
      this.#remove(oldest!, 0); // the oldest of all is the oldest of its owner
    }
    return before - this.#bytes;
  }

  /** Takes the latest that fits. */
  take(owner: object, wanted: W): S | undefined {
    const same = this.#byOwner.get(owner);
    if (!same) return undefined;
    for (let index = same.length - 1; index >= 0; index--) {
      const spare = same[index]!;
      if (!spare.fits(wanted)) continue;
      this.#remove(spare, index);
      return spare;
    }
    return undefined;
  }

  #remove(spare: S, index: number): void {
    const same = this.#byOwner.get(spare.owner)!;
    if (index === same.length - 1) same.pop();
    else same.splice(index, 1);
    if (same.length === 0) this.#byOwner.delete(spare.owner);
    this.#all.delete(spare);
    this.#bytes -= spare.bytes;
  }
}
