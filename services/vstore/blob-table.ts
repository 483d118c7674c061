import type { Manifest } from '#posiv-wit/generated/wire.ts';
import { type BlobName, isNodeId, makeBlobId, parseBlobId } from './blob-id.ts';
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

const FOLDER = 'manifests'; // of blobs whose home is this node
const COPIES = 'copies'; // of others, a folder for each home
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
  readonly home: NodeId;
  readonly manifest: BlobManifest;
  readonly encoded: number; // bytes of the file
  protectedUntil: number;
  heldUntil: number;
  /** Rounds of the collector in a row that found no path. */
  unboundRounds: number;
}

/** The manifests that this node has, on disk and in memory: of the blobs whose home it is, and copies of others. */
export class BlobTable {
  readonly #components: BlobTableComponents;
  readonly #init: BlobTableInit;
  readonly #entries = new Map<Digest, Entry>();
  readonly #damaged = new Map<Digest, NodeId>(); // with the home of each
  #copies = 0;

  constructor(components: BlobTableComponents, init: BlobTableInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Reads what is there; before anything else. */
  async open(): Promise<void> {
    await this.#openFolder(this.#init.self);
    for (const { name: home } of await this.#components.disk.list(COPIES)) {
      if (isNodeId(home)) await this.#openFolder(home);
    }
  }

  /** Of blobs whose home is this node. */
  get count(): number {
    return this.#entries.size - this.#copies;
  }

  /** Of blobs of other homes. */
  get copies(): number {
    return this.#copies;
  }

  has(digest: Digest): boolean {
    return this.#entries.has(digest);
  }

  /** Those of which the file has other bytes than it should. */
  damaged(): BlobName[] {
    return [...this.#damaged].map(([digest, home]) => parseBlobId(makeBlobId(digest, home, false)));
  }

  /** Whether its file has other bytes than it should. */
  isDamaged(digest: Digest): boolean {
    return this.#damaged.has(digest);
  }

  /** Whether it is not to go yet, for a path may be about to be bound to it. */
  isKept(digest: Digest): boolean {
    const entry = this.#entries.get(digest);
    const now = this.#components.clock.now();
    return entry !== undefined && (now < entry.protectedUntil || now < entry.heldUntil);
  }

  /** Manifests whose files have other bytes than they should. While there are any, no chunk is known to be unneeded. */
  get damagedCount(): number {
    return this.#damaged.size;
  }

  *manifests(): Generator<BlobManifest> {
    for (const { manifest } of this.#entries.values()) yield manifest;
  }

  ids(): string[] {
    return [...this.#entries].map(([digest, { home }]) => makeBlobId(digest, home, false));
  }

  /**
   * Writes the manifest of a blob whose home this node is from now on.
   * @throws {full}
   */
  async add(manifest: Manifest): Promise<{ name: BlobName; bytes: Uint8Array }> {
    const bytes = encodeManifest(manifest);
    const { self: home } = this.#init;
    const name = parseBlobId(makeBlobId(digestOf(bytes), home, false));
    await this.#components.disk.write(this.#fileOf(name.manifest, home), bytes, true);
    this.#enter(name.manifest, { home, bytes, protectedMs: this.#init.unboundMs });
    return { name, bytes };
  }

  /**
   * Writes a manifest of which another node has given the bytes. What was damaged is whole by that.
   * @param fresh whether the blob may not have a path yet, so that it stays for as long as at its home
   * @throws {corrupt} {full}
   */
  async addCopy({ manifest, home }: BlobName, bytes: Uint8Array, fresh: boolean): Promise<void> {
    if (digestOf(bytes) !== manifest)
      throw new CorruptError(`other bytes than those of manifest ${manifest}`);
    if (this.#entries.has(manifest)) return;
    decodeManifest(bytes); // nothing is written that could not be read again
    await this.#components.disk.write(this.#fileOf(manifest, home), bytes, true);
    this.#damaged.delete(manifest);
    if (this.#entries.has(manifest)) return; // two came at a time
    this.#enter(manifest, { home, bytes, protectedMs: fresh ? this.#init.unboundMs : 0 });
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
    await this.#components.disk.read(this.#fileOf(digest, entry.home), 0, bytes);
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
    if (entry.home === this.#init.self) this.#components.holdings.release(owner, chargeOf(size));
    else this.#copies--;
    await this.#components.disk.remove(this.#fileOf(name.manifest, entry.home));
    return entry.manifest;
  }

  async #openFolder(home: NodeId): Promise<void> {
    const { disk } = this.#components;
    const folder = this.#folderOf(home);
    for (const { name: part } of await disk.list(folder)) {
      const files = await disk.list(`${folder}/${part}`);
      for (let at = 0; at < files.length; at += LOADING) {
        const some = files.slice(at, at + LOADING);
        await Promise.all(some.map(({ name, size }) => this.#load(home, name, size)));
      }
    }
  }

  async #load(home: NodeId, name: string, size: number): Promise<void> {
    const { disk, logger } = this.#components;
    const path = this.#fileOf(name, home);
    if (!isDigest(name)) return disk.remove(path);
    const bytes = Buffer.allocUnsafeSlow(Math.min(size, MAX_MANIFEST_BYTES));
    try {
      const read = await disk.read(path, 0, bytes);
      if (read !== size || digestOf(bytes) !== name)
        throw new CorruptError(`${path} has other bytes`);
      // A copy that is not new has a path, or has had one.
      const protectedMs = home === this.#init.self ? this.#init.unboundMs : 0;
      this.#enter(name, { home, bytes, protectedMs });
    } catch (error) {
      this.#damaged.set(name, home);
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

  #folderOf(home: NodeId): string {
    return home === this.#init.self ? FOLDER : `${COPIES}/${home}`;
  }

  #fileOf(digest: Digest, home: NodeId): string {
    return fanOut(this.#folderOf(home), digest);
  }

  #enter(
    digest: Digest,
    { home, bytes, protectedMs }: { home: NodeId; bytes: Uint8Array; protectedMs: number },
  ): void {
    const manifest = decodeManifest(bytes);
    const protectedUntil = this.#components.clock.now() + protectedMs;
    const entry = {
      home,
      manifest,
      encoded: bytes.length,
      protectedUntil,
      heldUntil: 0,
      unboundRounds: 0,
    };
    this.#entries.set(digest, entry);
    if (home === this.#init.self)
      this.#components.holdings.add(manifest.owner, chargeOf(manifest.size));
    else this.#copies++;
    for (const chunk of manifest.chunks()) this.#components.references.add(chunk.digest);
  }

  #entry({ id, manifest }: BlobName): Entry {
    const entry = this.#entries.get(manifest);
    if (entry !== undefined) return entry;
    if (this.#damaged.has(manifest)) {
      throw new CorruptError(
        `the manifest of blob ${id} is damaged on this node, and nobody else has it: store the blob again`,
      );
    }
    throw new NotFoundError(`no blob ${id}: it was dropped, or there never was one`);
  }
}
