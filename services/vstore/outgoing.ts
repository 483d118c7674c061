import type { Digest } from './digest.ts';

/** Chunks in memory that other nodes were asked to keep, and pull. */
export class Outgoing {
  readonly #chunks = new Map<Digest, { readonly bytes: Uint8Array; users: number }>();

  get(digest: Digest): Uint8Array | undefined {
    return this.#chunks.get(digest)?.bytes;
  }

  /** Offers a chunk for as long as `work` takes. */
  async during<T>(digest: Digest, bytes: Uint8Array, work: () => Promise<T>): Promise<T> {
    const offer = this.#chunks.get(digest) ?? { bytes, users: 0 };
    offer.users++;
    this.#chunks.set(digest, offer);
    try {
      return await work();
    } finally {
      offer.users--;
      if (offer.users === 0) this.#chunks.delete(digest);
    }
  }
}
