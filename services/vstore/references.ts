import type { Digest } from './digest.ts';

/** Counts who needs a chunk, so that it goes with the last. */
export class References {
  readonly #counts = new Map<Digest, number>();

  add(digest: Digest): void {
    this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
  }

  /** Whether nobody is left. */
  release(digest: Digest): boolean {
    const left = (this.#counts.get(digest) ?? 0) - 1;
    if (left > 0) this.#counts.set(digest, left);
    else this.#counts.delete(digest);
    return left <= 0;
  }

  /** How many need it. */
  countOf(digest: Digest): number {
    return this.#counts.get(digest) ?? 0;
  }

  has(digest: Digest): boolean {
    return this.#counts.has(digest);
  }
}
