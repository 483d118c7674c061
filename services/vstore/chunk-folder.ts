import { LentFile } from '#kernel/ipc/lent-file.ts';
import type { Logger } from './components.ts';
import { digestOf, type Digest, fanOut, isDigest } from './digest.ts';
import type { Disk } from './disk/disk.ts';
import { codeOf, CorruptError, NotFoundError } from './errors.ts';
import type { FreeSpace } from './free-space.ts';
import { Locks } from './locks.ts';
import { CHUNK_BYTES } from './manifest.ts';
import type { SpareBuffers } from './spare-buffers.ts';

const QUARANTINE = 'quarantine';

export interface ChunkFolderComponents {
  readonly disk: Disk;
  readonly space: FreeSpace;
  readonly logger: Logger;
  /** What chunks are read into. */
  readonly spare: SpareBuffers;
}

export interface ChunkFolderInit {
  readonly folder: string;
  /** Whether a chunk is to survive a loss of power once `put` has resolved. */
  readonly durable: boolean;
}

interface Entry {
  readonly size: number;
  /** This process has written it or read it whole. */
  verified: boolean;
  /** The number of the last `put` or `touch`. */
  touched: number;
}

/** The chunks on this node's disk, each a file that is named by its content. */
export class ChunkFolder {
  readonly #disk: Disk;
  readonly #space: FreeSpace;
  readonly #logger: Logger;
  readonly #spare: SpareBuffers;
  readonly #folder: string;
  readonly #durable: boolean;
  readonly #entries = new Map<Digest, Entry>();
  readonly #locks = new Locks();
  #bytes = 0;
  #touches = 0;

  constructor(
    { disk, space, logger, spare }: ChunkFolderComponents,
    { folder, durable }: ChunkFolderInit,
  ) {
    this.#disk = disk;
    this.#space = space;
    this.#logger = logger;
    this.#spare = spare;
    this.#folder = folder;
    this.#durable = durable;
  }

  /** Finds out what is there; before anything else. What is no chunk is removed. */
  async open(): Promise<void> {
    for (const { name: part } of await this.#disk.list(this.#folder)) {
      for (const { name, size } of await this.#disk.list(`${this.#folder}/${part}`)) {
        const isChunk = isDigest(name) && name.startsWith(part) && size > 0 && size <= CHUNK_BYTES;
        if (isChunk) this.#enter(name, { size, verified: false, touched: 0 });
        else await this.#disk.remove(`${this.#folder}/${part}/${name}`);
      }
    }
  }

  get count(): number {
    return this.#entries.size;
  }

  /** In bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  sizeOf(digest: Digest): number | undefined {
    return this.#entries.get(digest)?.size;
  }

  digests(): IterableIterator<Digest> {
    return this.#entries.keys();
  }

  /** The number of the last `put` or `touch`, to be given to `removeSince`. */
  get mark(): number {
    return this.#touches;
  }

  /**
   * Keeps a chunk, once however often it comes.
   * @throws {full}
   */
  put(digest: Digest, bytes: Uint8Array): Promise<void> {
    return this.#locks.run(digest, async () => {
      if (await this.#keepsWell(digest)) return;
      await this.#space.use(bytes.length, () =>
        this.#disk.write(fanOut(this.#folder, digest), bytes, this.#durable),
      );
      this.#enter(digest, { size: bytes.length, verified: true, touched: ++this.#touches });
    });
  }

  /** Whether it has a chunk of this size, whole: then the chunk counts as put. */
  touch(digest: Digest, size: number): Promise<boolean> {
    return this.#locks.run(digest, async () => {
      return this.#entries.get(digest)?.size === size && (await this.#keepsWell(digest));
    });
  }

  /**
   * The bytes of a chunk, verified. A file with other bytes is put aside.
   * @throws {not-found} {corrupt}
   */
  async read(digest: Digest): Promise<Uint8Array> {
    const bytes = await this.readUnverified(digest);
    const entry = this.#entries.get(digest);
    if (digestOf(bytes) === digest) {
      if (entry !== undefined) entry.verified = true;
      return bytes;
    }
    // Looked at again with nobody writing: another may have replaced the file meanwhile by a sound one.
    if (entry !== undefined) entry.verified = false;
    await this.#locks.run(digest, () => this.#keepsWell(digest));
    throw new CorruptError(
      `the file of chunk ${digest} on this node has other bytes: it was put aside`,
    );
  }

  /**
   * What the file of a chunk has, for those who verify it themselves.
   * @throws {not-found}
   */
  async readUnverified(digest: Digest): Promise<Uint8Array> {
    const size = this.sizeOf(digest);
    if (size === undefined) throw new NotFoundError(`this node does not have chunk ${digest}`);
    const bytes = this.#spare.take(size);
    try {
      return bytes.subarray(0, await this.#disk.read(fanOut(this.#folder, digest), 0, bytes));
    } catch (error) {
      if (codeOf(error) === 'not-found') this.#leave(digest);
      throw error;
    }
  }

  /**
   * The file of a chunk, for a reader that verifies it by itself. Only of one that was found to be sound before: the first to
   * read it finds out whether it is, and waits for the disk.
   */
  lend(digest: Digest, size: number): LentFile | undefined {
    const entry = this.#entries.get(digest);
    if (entry?.size !== size || !entry.verified) return undefined;
    return new LentFile(fanOut(this.#folder, digest), digest, size, () => (entry.verified = false));
  }

  /** Removes a chunk, unless it was put or touched after `mark` or `needed` says otherwise. */
  remove(digest: Digest, mark: number, needed: () => boolean): Promise<boolean> {
    return this.#locks.run(digest, async () => {
      const entry = this.#entries.get(digest);
      if (entry === undefined || entry.touched > mark || needed()) return false;
      this.#leave(digest);
      await this.#disk.remove(fanOut(this.#folder, digest));
      return true;
    });
  }

  /** Whether the chunk is here with the right bytes: what is damaged must not stand in for what is being stored. */
  async #keepsWell(digest: Digest): Promise<boolean> {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return false;
    if (!entry.verified) {
      const bytes = await this.readUnverified(digest).catch(() => undefined);
      if (bytes === undefined || digestOf(bytes) !== digest) {
        await this.#quarantine(digest);
        return false;
      }
      entry.verified = true;
    }
    entry.touched = ++this.#touches;
    return true;
  }

  async #quarantine(digest: Digest): Promise<void> {
    if (!this.#entries.has(digest)) return;
    this.#leave(digest);
    this.#logger.error('a chunk on the disk is damaged: it was put aside', { chunk: digest });
    try {
      await this.#disk.rename(fanOut(this.#folder, digest), `${QUARANTINE}/${digest}`);
    } catch (error) {
      if (codeOf(error) !== 'not-found') throw error;
    }
  }

  #enter(digest: Digest, entry: Entry): void {
    this.#leave(digest);
    this.#entries.set(digest, entry);
    this.#bytes += entry.size;
  }

  #leave(digest: Digest): void {
    this.#bytes -= this.#entries.get(digest)?.size ?? 0;
    this.#entries.delete(digest);
  }
}
