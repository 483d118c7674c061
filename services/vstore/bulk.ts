import type { BlobTable } from './blob-table.ts';
import type { ChunkCache } from './chunk-cache.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import { type Digest, isDigest } from './digest.ts';
import { NotFoundError, RefusedError } from './errors.ts';
import type { Outgoing } from './outgoing.ts';
import type { ScratchTable } from './scratch-table.ts';
import { Semaphore } from './semaphore.ts';
import type { SpareBuffers } from './spare-buffers.ts';

const READING = 8; // files read at a time for other nodes
const WAITING = 1_024; // pulls that may wait for that

export interface BulkComponents {
  readonly durable: ChunkFolder;
  readonly scratch: ChunkFolder;
  readonly outgoing: Outgoing;
  readonly cache: ChunkCache;
  readonly blobs: BlobTable;
  readonly scratchBlobs: ScratchTable;
  readonly spare: SpareBuffers;
}

/** What other nodes pull. It is verified by them, on its arrival, and not here. */
export class Bulk {
  readonly #components: BulkComponents;
  readonly #reading = new Semaphore(READING);

  constructor(components: BulkComponents) {
    this.#components = components;
  }

  /** @throws {refused} {not-found} */
  async open(
    name: string,
    offset: number,
    size: number,
  ): Promise<{ size: number; chunks: AsyncIterable<Uint8Array> }> {
    const [kind, digest, more] = typeof name === 'string' ? name.split('/') : [];
    if (digest === undefined || more !== undefined || !isDigest(digest)) {
      throw new RefusedError('vStore gives chunk/<sha256> and manifest/<sha256>');
    }
    if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(size) || size < 0) {
      throw new RefusedError(`offset ${offset} and size ${size}: whole numbers`);
    }
    if (this.#reading.waiting >= WAITING)
      throw new RefusedError(`${WAITING} others are waiting: try again`);
    const bytes = await this.#reading.run(() => this.#find(kind, digest));
    const part = bytes.subarray(offset, offset + size);
    return { size: part.length, chunks: this.#once(part, bytes) };
  }

  async #find(kind: string | undefined, digest: Digest): Promise<Uint8Array> {
    const { durable, scratch, outgoing, cache, blobs, scratchBlobs } = this.#components;
    if (kind === 'manifest') return scratchBlobs.encoded(digest) ?? blobs.encoded(digest);
    if (kind !== 'chunk')
      throw new NotFoundError('vStore gives chunk/<sha256> and manifest/<sha256>');
    const inMemory = outgoing.get(digest) ?? cache.get(digest);
    if (inMemory !== undefined) return inMemory;
    const folder = durable.sizeOf(digest) === undefined ? scratch : durable;
    const bytes = await folder.readUnverified(digest);
    this.#components.spare.lend(bytes);
    return bytes;
  }

  /** Whoever asks for more has sent what it was given, so its memory may be used again. */
  async *#once(part: Uint8Array, whole: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      yield part;
    } finally {
      this.#components.spare.giveBack(whole);
    }
  }
}
