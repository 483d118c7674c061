import { type BlobName, parseBlobId } from './blob-id.ts';
import type { BlobTable } from './blob-table.ts';
import { digestOf } from './digest.ts';
import { CorruptError, NotFoundError } from './errors.ts';
import { type BlobManifest, decodeManifest, MAX_MANIFEST_BYTES } from './manifest.ts';
import type { Peers } from './peer.ts';
import type { ScratchTable } from './scratch-table.ts';

const CACHE_BYTES = 32 * 1_048_576; // of manifests from other nodes: those of 1 TB of blobs

export interface BlobResolverComponents {
  readonly blobs: BlobTable;
  readonly scratch: ScratchTable;
  readonly peers: Peers;
}

interface Cached {
  readonly manifest: BlobManifest;
  readonly encoded: number;
}

/** Finds what a blob consists of, here or on its home node. */
export class BlobResolver {
  readonly #blobs: BlobTable;
  readonly #scratch: ScratchTable;
  readonly #peers: Peers;
  readonly #cache = new Map<string, Cached>(); // by blob-id, the oldest first
  readonly #asking = new Map<string, Promise<BlobManifest>>();
  #cachedBytes = 0;

  constructor({ blobs, scratch, peers }: BlobResolverComponents) {
    this.#blobs = blobs;
    this.#scratch = scratch;
    this.#peers = peers;
  }

  /** @throws {not-found} {unreachable} {corrupt} */
  async resolve(id: unknown): Promise<BlobManifest> {
    const name = parseBlobId(id);
    if (name.home === this.#peers.self) return this.local(name);
    const cached = this.#cache.get(name.id);
    if (cached !== undefined) {
      this.#cache.delete(name.id);
      this.#cache.set(name.id, cached);
      return cached.manifest;
    }
    return this.#join(name);
  }

  /** As `resolve`, but from the home node in any case. */
  async resolveAnew(id: string): Promise<BlobManifest> {
    const cached = this.#cache.get(id);
    this.#cache.delete(id);
    this.#cachedBytes -= cached?.encoded ?? 0;
    return this.resolve(id);
  }

  /**
   * A blob whose home is this node.
   * @throws {not-found} {corrupt}
   */
  local(name: BlobName): BlobManifest {
    if (name.home !== this.#peers.self) throw new NotFoundError(`blob ${name.id} has another home`);
    return name.scratch ? this.#scratch.get(name) : this.#blobs.get(name);
  }

  #join(name: BlobName): Promise<BlobManifest> {
    const others = this.#asking.get(name.id);
    if (others !== undefined) return others;
    const mine = this.#fetch(name).finally(() => this.#asking.delete(name.id));
    this.#asking.set(name.id, mine);
    return mine;
  }

  async #fetch({ id, home, manifest: digest }: BlobName): Promise<BlobManifest> {
    this.#peers.roster(); // who does not know the members yet cannot say that one is none
    if (!this.#peers.isMember(home)) {
      throw new NotFoundError(`no blob ${id}: its home ${home} is no member of the cluster`);
    }
    const { size, body } = await this.#peers.ask(home, 'resolveBlob', id);
    if (size > MAX_MANIFEST_BYTES)
      throw new CorruptError(`the manifest of blob ${id} is said to have ${size} bytes`);
    const bytes = body.length > 0 ? body : await this.#peers.pull(home, `manifest/${digest}`, size);
    if (digestOf(bytes) !== digest) {
      throw new CorruptError(
        `node ${home} gives another manifest than that of blob ${id}: see to its disk`,
      );
    }
    const manifest = decodeManifest(Uint8Array.from(bytes)); // a copy: `body` lies within a frame
    this.#keep(id, { manifest, encoded: bytes.length });
    return manifest;
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
