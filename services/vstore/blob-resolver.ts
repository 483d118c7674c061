import type { BlobCopies } from './blob-copies.ts';
import { type BlobName, parseBlobId } from './blob-id.ts';
import type { BlobTable } from './blob-table.ts';
import { codeOf, NotFoundError } from './errors.ts';
import { type BlobManifest, decodeManifest } from './manifest.ts';
import type { Peers } from './peer.ts';
import type { ScratchTable } from './scratch-table.ts';

const CACHE_BYTES = 32 * 1_048_576; // of manifests from other nodes: those of 1 TB of blobs

export interface BlobResolverComponents {
  readonly blobs: BlobTable;
  readonly scratch: ScratchTable;
  readonly copies: BlobCopies;
  readonly peers: Peers;
}

interface Cached {
  readonly manifest: BlobManifest;
  readonly encoded: number;
}

/** Finds what a blob consists of, here or on the nodes that have its manifest. */
export class BlobResolver {
  readonly #blobs: BlobTable;
  readonly #scratch: ScratchTable;
  readonly #copies: BlobCopies;
  readonly #peers: Peers;
  readonly #cache = new Map<string, Cached>(); // by blob-id, the oldest first
  readonly #asking = new Map<string, Promise<BlobManifest>>();
  #cachedBytes = 0;

  constructor({ blobs, scratch, copies, peers }: BlobResolverComponents) {
    this.#blobs = blobs;
    this.#scratch = scratch;
    this.#copies = copies;
    this.#peers = peers;
  }

  /** @throws {not-found} {unreachable} {corrupt} */
  async resolve(id: unknown): Promise<BlobManifest> {
    const name = parseBlobId(id);
    if (this.#blobs.has(name.manifest)) return this.#blobs.get(name);
    if (name.home === this.#peers.self && name.scratch) return this.#scratch.get(name);
    const cached = this.#cache.get(name.id);
    if (cached !== undefined) {
      this.#cache.delete(name.id);
      this.#cache.set(name.id, cached);
      return cached.manifest;
    }
    return this.#join(name);
  }

  /** As `resolve`, but from those who have it in any case. */
  async resolveAnew(id: string): Promise<BlobManifest> {
    const cached = this.#cache.get(id);
    this.#cache.delete(id);
    this.#cachedBytes -= cached?.encoded ?? 0;
    return this.resolve(id);
  }

  /**
   * A blob that this node itself has.
   * @throws {not-found} {corrupt}
   */
  local(name: BlobName): BlobManifest {
    return name.scratch ? this.#scratch.get(name) : this.#blobs.get(name);
  }

  #join(name: BlobName): Promise<BlobManifest> {
    const others = this.#asking.get(name.id);
    if (others !== undefined) return others;
    const mine = this.#fetch(name).finally(() => this.#asking.delete(name.id));
    this.#asking.set(name.id, mine);
    return mine;
  }

  async #fetch(name: BlobName): Promise<BlobManifest> {
    const bytes = name.scratch ? await this.#fetchScratch(name) : await this.#fetchDurable(name);
    const manifest = decodeManifest(bytes);
    // What is damaged on this node's disk is whole again.
    if (this.#blobs.isDamaged(name.manifest)) await this.#blobs.addCopy(name, bytes, false);
    else this.#keep(name.id, { manifest, encoded: bytes.length });
    return manifest;
  }

  async #fetchDurable(name: BlobName): Promise<Uint8Array> {
    try {
      return await this.#copies.fetch(name);
    } catch (error) {
      // Nobody else has it: what this node has of it says more.
      if (codeOf(error) === 'not-found' && this.#blobs.isDamaged(name.manifest)) this.local(name);
      throw error;
    }
  }

  /** A scratch blob is known to its home alone. */
  async #fetchScratch(name: BlobName): Promise<Uint8Array> {
    const { id, home } = name;
    this.#peers.roster(); // who does not know the members yet cannot say that one is none
    if (!this.#peers.isMember(home)) {
      throw new NotFoundError(`no blob ${id}: its home ${home} is no member of the cluster`);
    }
    const { size, body } = await this.#peers.ask(home, 'resolveBlob', id);
    return this.#copies.take(home, name, size, body);
  }

  #keep(id: string, cached: Cached): void {
    this.#cache.set(id, cached);
    this.#cachedBytes += cached.encoded;
    for (const [oldest, { encoded }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= encoded;
    }
  }
}
