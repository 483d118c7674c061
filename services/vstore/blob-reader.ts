import type { LentFile } from '#kernel/ipc/lent-file.ts';
import type { Extent } from '#posiv-wit/generated/vstore.ts';
import { parseBlobId } from './blob-id.ts';
import type { BlobResolver } from './blob-resolver.ts';
import type { ChunkReader } from './chunk-reader.ts';
import { codeOf, CorruptError, RefusedError } from './errors.ts';
import { type BlobManifest, CHUNK_BYTES } from './manifest.ts';
import type { SpareBuffers } from './spare-buffers.ts';

/** What a call may carry, of bytes. */
export const MAX_CALL_BYTES = 4 * CHUNK_BYTES;
const WORTH_LENDING_BYTES = 64 << 10; // fewer are sent in less time than a file is opened
const READERS = 1_024; // of which is known where they read last

export interface BlobReaderComponents {
  readonly resolver: BlobResolver;
  readonly chunks: ChunkReader;
  readonly spare: SpareBuffers;
}

/** Reads ranges of blobs, and reads ahead for those who go on from where they were. */
export class BlobReader {
  readonly #resolver: BlobResolver;
  readonly #chunks: ChunkReader;
  readonly #spare: SpareBuffers;
  readonly #ends = new Map<string, number>(); // where each reader's last read of a blob ended; the oldest first

  constructor({ resolver, chunks, spare }: BlobReaderComponents) {
    this.#resolver = resolver;
    this.#chunks = chunks;
    this.#spare = spare;
  }

  /**
   * Bytes of a blob, fewer than asked for only at its end; not to be written to. A range within one chunk is not copied.
   * @param reader who reads, to tell sequential readers apart
   * @throws {refused} {not-found} {unreachable} {corrupt}
   */
  async read(reader: string, id: string, offset: number, size: number): Promise<Uint8Array> {
    checkOffset(offset);
    if (!Number.isSafeInteger(size) || size < 0 || size > MAX_CALL_BYTES) {
      throw new RefusedError(`size ${size}: a read gives at most ${MAX_CALL_BYTES} bytes`);
    }
    const manifest = await this.#resolver.resolve(id);
    const end = Math.min(offset + size, manifest.size);
    if (offset >= end) return new Uint8Array(0);
    const sequential = this.#follows(`${reader} ${id}`, offset, end);
    const first = Math.floor(offset / CHUNK_BYTES);
    const last = Math.floor((end - 1) / CHUNK_BYTES);
    const durable = !parseBlobId(id).scratch;
    const reading = this.#gather(manifest, { offset, end, durable });
    // Many who read on a little beyond their part stop there: what is next is for those who are half through this chunk.
    const through = end - last * CHUNK_BYTES >= CHUNK_BYTES / 2;
    const ahead = sequential && through ? Math.min(2 * last - first + 2, manifest.chunkCount) : 0;
    for (let next = last + 1; next < ahead; next++)
      this.#chunks.readAhead(manifest.chunk(next, durable));
    try {
      const parts = await reading;
      return parts.length === 1 ? parts[0]! : this.#join(parts, end - offset);
    } catch (error) {
      if (codeOf(error) !== 'not-found') throw error;
      await this.#resolver.resolveAnew(id); // says not-found where the blob was dropped
      const what = `chunks of blob ${id} are lost on the nodes that held them: store the blob again`;
      throw new CorruptError(what, { cause: error });
    }
  }

  /**
   * The file that has a whole chunk, where that is what is to be read and it is on this node's disk, for a reader that verifies it
   * by itself; else undefined.
   * @throws {not-found} {unreachable} {corrupt}
   */
  async lend(
    reader: string,
    id: string,
    offset: number,
    size: number,
  ): Promise<LentFile | undefined> {
    if (size < WORTH_LENDING_BYTES || size > CHUNK_BYTES || offset % CHUNK_BYTES !== 0)
      return undefined;
    const manifest = await this.#resolver.resolve(id);
    const index = offset / CHUNK_BYTES;
    if (index >= manifest.chunkCount) return undefined;
    const durable = !parseBlobId(id).scratch;
    const place = manifest.chunk(index, durable);
    const file = size < place.size ? undefined : this.#chunks.lend(place);
    if (!file || !this.#follows(`${reader} ${id}`, offset, offset + place.size)) return file;
    if (index + 1 >= manifest.chunkCount) return file;
    const next = manifest.chunk(index + 1, durable);
    if (!this.#chunks.lend(next)) this.#chunks.readAhead(next);
    return file;
  }

  /** @throws {not-found} {unreachable} {corrupt} */
  async size(id: string): Promise<number> {
    return (await this.#resolver.resolve(id)).size;
  }

  /** @throws {refused} {not-found} {unreachable} {corrupt} */
  async locate(id: string, offset: number, size: number): Promise<readonly Extent[]> {
    checkOffset(offset);
    checkOffset(size);
    const manifest = await this.#resolver.resolve(id);
    const end = Math.min(offset + size, manifest.size);
    const found: Extent[] = [];
    for (const extent of manifest.extents()) {
      const from = Math.max(offset, extent.offset);
      const to = Math.min(end, extent.offset + extent.size);
      if (from < to) found.push({ offset: from, size: to - from, nodes: extent.nodes });
    }
    return found;
  }

  #gather(
    manifest: BlobManifest,
    { offset, end, durable }: { offset: number; end: number; durable: boolean },
  ): Promise<Uint8Array[]> {
    const parts: Promise<Uint8Array>[] = [];
    for (let at = offset; at < end;) {
      const index = Math.floor(at / CHUNK_BYTES);
      const start = at - index * CHUNK_BYTES;
      const stop = Math.min(CHUNK_BYTES, end - index * CHUNK_BYTES);
      const place = manifest.chunk(index, durable);
      // Who has read up to its end is done with a chunk.
      const chunk = this.#chunks.read(place, stop < place.size);
      const whole = start === 0 && stop === place.size;
      parts.push(whole ? chunk : chunk.then((bytes) => bytes.subarray(start, stop)));
      at = index * CHUNK_BYTES + stop;
    }
    return Promise.all(parts);
  }

  #join(parts: readonly Uint8Array[], size: number): Uint8Array {
    const whole = this.#spare.take(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
      this.#spare.giveBack(part);
    }
    this.#spare.lend(whole);
    return whole;
  }

  #follows(key: string, offset: number, end: number): boolean {
    const follows = this.#ends.get(key) === offset;
    this.#ends.delete(key);
    this.#ends.set(key, end);
    for (const oldest of this.#ends.keys()) {
      if (this.#ends.size <= READERS) break;
      this.#ends.delete(oldest);
    }
    return follows;
  }
}

function checkOffset(offset: unknown): void {
  if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return;
  throw new RefusedError(`offset or size ${String(offset)}: whole numbers up to 2^53 - 1`);
}
