import type { Digest } from './digest.ts';

/** The verified bytes that were used last, up to so many. */
export class ChunkCache {
  readonly #limit: number;
  readonly #chunks = new Map<Digest, Uint8Array>(); // the oldest first
  /** Those that somebody was given and may still hold. */
  readonly #given = new WeakSet<Uint8Array>();
  #bytes = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(digest: Digest): Uint8Array | undefined {
    const bytes = this.#chunks.get(digest);
    if (bytes !== undefined) {
      this.#given.add(bytes);
      this.#chunks.delete(digest);
      this.#chunks.set(digest, bytes);
    }
    return bytes;
  }

  /** Takes bytes out; `sole` when nobody else was given them. */
  take(digest: Digest): { readonly bytes: Uint8Array; readonly sole: boolean } | undefined {
    const bytes = this.#chunks.get(digest);
    if (bytes === undefined) return undefined;
    this.delete(digest);
    return { bytes, sole: !this.#given.has(bytes) };
  }

  has(digest: Digest): boolean {
    return this.#chunks.has(digest);
  }

  set(digest: Digest, bytes: Uint8Array): void {
    this.delete(digest);
    this.#chunks.set(digest, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#chunks.keys()) {
      if (this.#bytes <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(digest: Digest): void {
    this.#bytes -= this.#chunks.get(digest)?.length ?? 0;
    this.#chunks.delete(digest);
  }
}
