import type { Manifest } from '#posiv-wit/generated/wire.ts';
import { type BlobName, makeBlobId } from './blob-id.ts';
import type { Clock, Logger, NodeId } from './components.ts';
import { digestOf, type Digest, fanOut, isDigest } from './digest.ts';
import type { Disk } from './disk/disk.ts';
import { codeOf, CorruptError, messageOf, NotFoundError } from './errors.ts';
import {
  type BlobManifest,
  decodeManifest,
  encodeManifest,
  MAX_MANIFEST_BYTES,
} from './manifest.ts';
import { chargeOf, type Holdings } from './holdings.ts';
import type { References } from './references.ts';

const FOLDER = 'manifests';
const LOADING = 16; // manifests read at a time when the node starts

export interface BlobTableComponents {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What every manifest here needs is added to these. */
  readonly references: References;
  /** They count for their owners. */
  readonly holdings: Holdings;
}

export interface BlobTableInit {
  readonly self: NodeId;
  /** How long a blob stays that no path stands for, from its seal or from the start of the node. */
  readonly unboundMs: number;
  /** How long one stays that a path is about to be bound to, or was bound to until now. */
  readonly holdMs: number;
}

interface Entry {
  readonly manifest: BlobManifest;
  readonly encoded: number; // bytes of the file
  protectedUntil: number;
  heldUntil: number;
  /** Rounds of the collector in a row that found no path. */
  unboundRounds: number;
}

/** The durable blobs whose home is this node: their manifests, on disk and in memory. */
export class BlobTable {
  readonly #components: BlobTableComponents;
  readonly #init: BlobTableInit;
  readonly #entries = new Map<Digest, Entry>();
  readonly #damaged = new Set<Digest>();

  constructor(components: BlobTableComponents, init: BlobTableInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Reads what is there; before anything else. */
  async open(): Promise<void> {
    const { disk } = this.#components;
    for (const { name: part } of await disk.list(FOLDER)) {
      const files = await disk.list(`${FOLDER}/${part}`);
      for (let at = 0; at < files.length; at += LOADING) {
        const some = files.slice(at, at + LOADING);
        await Promise.all(some.map(({ name, size }) => this.#load(name, size)));
      }
    }
  }

  get count(): number {
    return this.#entries.size;
  }

  /** Manifests whose files have other bytes than they should. While there are any, no chunk is known to be unneeded. */
  get damagedCount(): number {
    return this.#damaged.size;
  }

  ids(): string[] {
    return [...this.#entries.keys()].map((digest) => makeBlobId(digest, this.#init.self, false));
  }

  /**
   * Writes a manifest, and names the blob.
   * @throws {full}
   */
  async add(manifest: Manifest): Promise<string> {
    const bytes = encodeManifest(manifest);
    const digest = digestOf(bytes);
    await this.#components.disk.write(fanOut(FOLDER, digest), bytes, true);
    this.#enter(digest, bytes);
    return makeBlobId(digest, this.#init.self, false);
  }

  /** @throws {not-found} {corrupt} */
  get(name: BlobName): BlobManifest {
    return this.#entry(name).manifest;
  }

  /** In bytes, as it is on disk. */
  encodedSize(name: BlobName): number {
    return this.#entry(name).encoded;
  }

  /** The manifest as it is on disk; whoever asked verifies it. */
  async encoded(digest: Digest): Promise<Uint8Array> {
    const entry = this.#entries.get(digest);
    if (entry === undefined) throw new NotFoundError(`this node does not have manifest ${digest}`);
    const bytes = Buffer.allocUnsafeSlow(entry.encoded);
    await this.#components.disk.read(fanOut(FOLDER, digest), 0, bytes);
    return bytes;
  }

  /**
   * Keeps a blob while a path is bound to it.
   * @throws {not-found} {corrupt}
   */
  hold(name: BlobName): BlobManifest {
    const entry = this.#entry(name);
    entry.heldUntil = this.#components.clock.now() + this.#init.holdMs;
    entry.unboundRounds = 0;
    return entry.manifest;
  }

  /** A path no longer stands for it: it need not wait as long as one that no path has stood for yet. */
  unbound(name: BlobName): boolean {
    const entry = this.#entries.get(name.manifest);
    if (entry === undefined) return false;
    const soon = this.#components.clock.now() + this.#init.holdMs;
    entry.protectedUntil = Math.min(entry.protectedUntil, soon);
    return true;
  }

  /**
   * What a round of the collector found.
   * @returns whether the blob is to go: no path was found in two rounds, and its time is over
   */
  judge(name: BlobName, bound: boolean): boolean {
    const entry = this.#entries.get(name.manifest);
    if (entry === undefined) return false;
    entry.unboundRounds = bound ? 0 : entry.unboundRounds + 1;
    const now = this.#components.clock.now();
    // A path that moves between nodes during one round may be missed on both; it does not move in each.
    return entry.unboundRounds >= 2 && now >= entry.protectedUntil && now >= entry.heldUntil;
  }

  /** Forgets a blob at once, then removes its manifest. */
  async drop(name: BlobName): Promise<BlobManifest | undefined> {
    const entry = this.#entries.get(name.manifest);
    if (entry === undefined) return undefined;
    this.#entries.delete(name.manifest);
    const { owner, size } = entry.manifest;
    this.#components.holdings.release(owner, chargeOf(size));
    await this.#components.disk.remove(fanOut(FOLDER, name.manifest));
    return entry.manifest;
  }

  async #load(name: string, size: number): Promise<void> {
    const { disk, logger } = this.#components;
    if (!isDigest(name)) return disk.remove(`${FOLDER}/${name.slice(0, 2)}/${name}`);
    const bytes = Buffer.allocUnsafeSlow(Math.min(size, MAX_MANIFEST_BYTES));
    const path = fanOut(FOLDER, name);
    try {
      const read = await disk.read(path, 0, bytes);
      if (read !== size || digestOf(bytes) !== name)
        throw new CorruptError(`${path} has other bytes`);
      this.#enter(name, bytes);
    } catch (error) {
      this.#damaged.add(name);
      logger.error(
        'a manifest on the disk is damaged: nothing is collected until its file is taken away',
        {
          path,
          reason: messageOf(error),
          code: codeOf(error),
        },
      );
    }
  }

  #enter(digest: Digest, bytes: Uint8Array): void {
    const manifest = decodeManifest(bytes);
    const protectedUntil = this.#components.clock.now() + this.#init.unboundMs;
    const entry = {
      manifest,
      encoded: bytes.length,
      protectedUntil,
      heldUntil: 0,
      unboundRounds: 0,
    };
    this.#entries.set(digest, entry);
    this.#components.holdings.add(manifest.owner, chargeOf(manifest.size));
    for (const chunk of manifest.chunks()) this.#components.references.add(chunk.digest);
  }

  #entry({ id, manifest }: BlobName): Entry {
    const entry = this.#entries.get(manifest);
    if (entry !== undefined) return entry;
    if (this.#damaged.has(manifest)) {
      throw new CorruptError(
        `the manifest of blob ${id} is damaged on its home node: store the blob again`,
      );
    }
    throw new NotFoundError(`no blob ${id}: it was dropped, or there never was one`);
  }
}
