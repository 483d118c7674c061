import type { Manifest } from '#posiv-wit/generated/wire.ts';
import { type BlobName, makeBlobId } from './blob-id.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import type { NodeId } from './components.ts';
import { digestOf, type Digest } from './digest.ts';
import { NotFoundError, QuotaExceededError, RefusedError } from './errors.ts';
import { type BlobManifest, decodeManifest, encodeManifest } from './manifest.ts';
import type { References } from './references.ts';

const MAX_BLOBS = 65_536; // of one lifetime: each takes memory, a file, and time when it goes

/** Whose a scratch blob is. */
export interface ScratchOwner {
  readonly writer: string;
  /** The vTask that it goes with. */
  readonly lifetime: string;
}

interface Entry {
  readonly manifest: BlobManifest;
  readonly encoded: Uint8Array;
  readonly owner: ScratchOwner;
}

/** The scratch blobs of this node: in memory but for their chunks, since none of them outlives the process. */
export class ScratchTable {
  readonly #self: NodeId;
  readonly #folder: ChunkFolder;
  readonly #references: References;
  readonly #entries = new Map<Digest, Entry>();
  readonly #byLifetime = new Map<string, Set<Digest>>();

  /** @param references those of scratch chunks alone */
  constructor(self: NodeId, folder: ChunkFolder, references: References) {
    this.#self = self;
    this.#folder = folder;
    this.#references = references;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** @throws {quota-exceeded} */
  checkRoom(lifetime: string): void {
    if ((this.#byLifetime.get(lifetime)?.size ?? 0) < MAX_BLOBS) return;
    throw new QuotaExceededError(
      `scratch-blobs: ${MAX_BLOBS} live as long as this vTask, release some`,
    );
  }

  /** @throws {quota-exceeded} */
  add(manifest: Manifest, owner: ScratchOwner): string {
    this.checkRoom(owner.lifetime);
    const encoded = encodeManifest(manifest);
    const digest = digestOf(encoded);
    const entry = { manifest: decodeManifest(encoded), encoded, owner };
    this.#entries.set(digest, entry);
    for (const chunk of entry.manifest.chunks()) this.#references.add(chunk.digest);
    const siblings = this.#byLifetime.get(owner.lifetime);
    if (siblings === undefined) this.#byLifetime.set(owner.lifetime, new Set([digest]));
    else siblings.add(digest);
    return makeBlobId(digest, this.#self, true);
  }

  /** @throws {not-found} */
  get({ id, manifest }: BlobName): BlobManifest {
    const entry = this.#entries.get(manifest);
    if (entry !== undefined) return entry.manifest;
    throw new NotFoundError(
      `no scratch blob ${id}: its writer's creator has ended, or its node was restarted`,
    );
  }

  encoded(digest: Digest): Uint8Array | undefined {
    return this.#entries.get(digest)?.encoded;
  }

  /** @throws {refused} */
  async release({ id, manifest }: BlobName, vtask: string): Promise<void> {
    const entry = this.#entries.get(manifest);
    if (entry === undefined || (entry.owner.writer !== vtask && entry.owner.lifetime !== vtask)) {
      throw new RefusedError(
        `scratch blob ${id} is gone, or another's: its writer and its creator may release it`,
      );
    }
    await this.sweep(this.#forget(manifest, entry));
  }

  /** Drops what goes with a vTask: the blobs at once, their files then. */
  ended(lifetime: string): Promise<void> | undefined {
    const ends = this.#byLifetime.get(lifetime);
    if (!ends) return undefined;
    const unneeded: Digest[] = [];
    for (const digest of ends) {
      const entry = this.#entries.get(digest);
      if (entry !== undefined) unneeded.push(...this.#forget(digest, entry));
    }
    return this.sweep(unneeded);
  }

  /** Removes the files of chunks that nobody needs. */
  async sweep(chunks: Iterable<Digest>): Promise<void> {
    for (const digest of chunks) {
      await this.#folder.remove(digest, Infinity, () => this.#references.has(digest));
    }
  }

  /** Gives the chunks that nobody needs any more. */
  #forget(digest: Digest, { manifest, owner }: Entry): Digest[] {
    this.#entries.delete(digest);
    const siblings = this.#byLifetime.get(owner.lifetime);
    siblings?.delete(digest);
    if (siblings?.size === 0) this.#byLifetime.delete(owner.lifetime);
    const chunks = [...manifest.chunks()].map((chunk) => chunk.digest);
    return chunks.filter((chunk) => this.#references.release(chunk));
  }
}
