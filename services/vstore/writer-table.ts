import { hash } from 'node:crypto';
import type { Durability } from '#posiv-wit/generated/vstore.ts';
import type { BlobCopies } from './blob-copies.ts';
import type { Manifest } from '#posiv-wit/generated/wire.ts';
import type { BlobTable } from './blob-table.ts';
import { BlobWriter } from './blob-writer.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import type { Collector } from './collector.ts';
import type { NodeId, Random } from './components.ts';
import { QuotaExceededError, RefusedError } from './errors.ts';
import { chargeOf, type Holdings } from './holdings.ts';
import { CHUNK_BYTES } from './manifest.ts';
import { Recent } from './recent.ts';
import type { References } from './references.ts';
import type { ScratchTable } from './scratch-table.ts';
import type { ChunkPlacer, Striping } from './stripe-placer.ts';

/** As `posiv:vstore/blobs` says. */
const MAX_WRITERS = 64;
const SALT_BYTES = 16; // as many random bytes as a vtid has
const ENDED = 10_000; // vTasks that ended of which it is known

/** A vTask, as the store knows it. */
export interface Owner {
  readonly vtid: string;
  readonly creator: string | undefined;
  readonly tenant: string;
}

export interface WriterTableComponents {
  readonly blobs: BlobTable;
  readonly copies: BlobCopies;
  readonly references: References;
  readonly scratch: ScratchTable;
  readonly scratchFolder: ChunkFolder;
  readonly scratchReferences: References;
  readonly striping: Striping;
  readonly collector: Collector;
  readonly random: Random;
  readonly holdings: Holdings;
}

export interface WriterTableInit {
  readonly self: NodeId;
  /** Of all vTasks of this node, each with up to one chunk in memory. */
  readonly maxWriters: number;
}

interface OpenWriter {
  readonly writer: BlobWriter;
  readonly kind: Durability;
  readonly tenant: string;
  /** Bytes that it was given; of a durable blob they count for its tenant. */
  size: number;
}

/** The blobs that are being written on this node. */
export class WriterTable {
  readonly #components: WriterTableComponents;
  readonly #init: WriterTableInit;
  readonly #byOwner = new Map<string, Map<number, OpenWriter>>();
  readonly #ended = new Recent<string>(ENDED);
  #created = 0;
  #open = 0;

  constructor(components: WriterTableComponents, init: WriterTableInit) {
    this.#components = components;
    this.#init = init;
  }

  get open(): number {
    return this.#open;
  }

  /** @throws {quota-exceeded} {refused} */
  create(owner: Owner, kind: Durability): number {
    if (kind !== 'durable' && kind !== 'scratch') {
      throw new RefusedError(`${String(kind)} is no kind of blob: durable or scratch`);
    }
    if (this.#ended.has(owner.vtid)) throw new RefusedError('the vTask has ended');
    const mine = this.#byOwner.get(owner.vtid) ?? new Map<number, OpenWriter>();
    if (mine.size >= MAX_WRITERS) {
      throw new QuotaExceededError(
        `open-writers: this vTask has ${MAX_WRITERS}, seal or abort one`,
      );
    }
    if (this.#open >= this.#init.maxWriters) {
      throw new QuotaExceededError(
        `node-open-writers: this node has ${this.#init.maxWriters}, try again later`,
      );
    }
    if (kind === 'scratch') this.#components.scratch.checkRoom(this.#lifetimeOf(owner));
    else this.#components.holdings.reserve(owner.tenant, chargeOf(0));
    const number = ++this.#created % 2 ** 32;
    const writer = this.#writerFor(kind, seedOf(owner.vtid, number));
    mine.set(number, { kind, writer, tenant: owner.tenant, size: 0 });
    this.#byOwner.set(owner.vtid, mine);
    this.#open++;
    return number;
  }

  /**
   * Adds bytes, which nobody may write to any more.
   * @throws {refused} {full} {unreachable} {quota-exceeded}
   */
  async append(owner: Owner, number: number, bytes: Uint8Array): Promise<void> {
    const open = this.#find(owner, number);
    if (open.kind === 'scratch') return open.writer.append(bytes);
    const { holdings } = this.#components;
    holdings.reserve(open.tenant, chargeOf(open.size + bytes.length) - chargeOf(open.size));
    open.size += bytes.length;
    try {
      await open.writer.append(bytes);
    } catch (error) {
      const left = open.size - bytes.length;
      // One that was dropped meanwhile counts no more.
      if (this.#byOwner.get(owner.vtid)?.get(number) === open)
        holdings.release(open.tenant, chargeOf(open.size) - chargeOf(left));
      open.size = left;
      throw error;
    }
  }

  /**
   * Ends a blob, in success or failure.
   * @throws {refused} {full} {unreachable} {quota-exceeded}
   */
  async seal(owner: Owner, number: number): Promise<string> {
    const open = this.#find(owner, number);
    const { kind, writer } = open;
    this.#take(owner.vtid, number);
    try {
      const body = await writer.finish();
      const manifest = {
        ...body,
        chunkSize: CHUNK_BYTES,
        salt: this.#components.random.bytes(SALT_BYTES),
        owner: owner.tenant,
      };
      if (kind === 'durable') return await this.#addBlob(manifest);
      if (this.#ended.has(owner.vtid)) throw new RefusedError('the vTask has ended');
      return this.#components.scratch.add(manifest, {
        writer: owner.vtid,
        lifetime: this.#lifetimeOf(owner),
      });
    } finally {
      await this.#abandon(open);
    }
  }

  /** Nothing happens where there is no such writer. */
  async abort(owner: Pick<Owner, 'vtid'>, number: number): Promise<void> {
    const open = this.#take(owner.vtid, number);
    if (open !== undefined) await this.#abandon(open);
  }

  /** Drops what a vTask was writing. It begins no more. */
  ended(vtid: string): Promise<unknown> | undefined {
    this.#ended.add(vtid);
    const mine = this.#byOwner.get(vtid);
    if (!mine) return undefined;
    return Promise.all([...mine.keys()].map((number) => this.abort({ vtid }, number)));
  }

  /** Drops all that is being written. */
  async close(): Promise<void> {
    for (const vtid of this.#byOwner.keys()) await this.ended(vtid);
  }

  /** The blob is there when as many nodes know of it as have to, or not at all. */
  async #addBlob(manifest: Manifest): Promise<string> {
    const { blobs, copies } = this.#components;
    const { name, bytes } = await blobs.add(manifest);
    try {
      await copies.spread(name, bytes, true);
      return name.id;
    } catch (error) {
      await this.#components.collector.withdraw(name);
      throw error;
    }
  }

  #find(owner: Owner, number: number): OpenWriter {
    const open = this.#byOwner.get(owner.vtid)?.get(number);
    if (open === undefined)
      throw new RefusedError(`no writer ${String(number)}: it was sealed, aborted or never made`);
    return open;
  }

  #take(vtid: string, number: number): OpenWriter | undefined {
    const mine = this.#byOwner.get(vtid);
    const open = mine?.get(number);
    if (mine === undefined || open === undefined) return undefined;
    mine.delete(number);
    if (mine.size === 0) this.#byOwner.delete(vtid);
    this.#open--;
    return open;
  }

  async #abandon({ kind, writer, tenant, size }: OpenWriter): Promise<void> {
    const { collector, scratch, holdings } = this.#components;
    if (kind === 'durable') holdings.release(tenant, chargeOf(size)); // what was sealed counts by itself
    const unneeded = await writer.abandon();
    if (kind === 'durable') collector.unneed(unneeded);
    else await scratch.sweep(unneeded.map(({ digest }) => digest));
  }

  /** A creator that has ended cannot end again: then the blob goes with its writer. */
  #lifetimeOf({ vtid, creator }: Owner): string {
    return creator === undefined || this.#ended.has(creator) ? vtid : creator;
  }

  #writerFor(kind: Durability, seed: number): BlobWriter {
    const { references, scratchReferences, striping } = this.#components;
    if (kind === 'durable') return new BlobWriter(striping.placerOf(seed), references);
    return new BlobWriter(this.#scratchPlacer(), scratchReferences);
  }

  #scratchPlacer(): ChunkPlacer {
    const { scratchFolder } = this.#components;
    const { self } = this.#init;
    return {
      place: async (_index, digest, bytes) => {
        await scratchFolder.put(digest, bytes);
        return [self];
      },
    };
  }
}

function seedOf(vtid: string, number: number): number {
  return hash('sha256', `${vtid}\0${number}`, 'buffer').readUInt32LE(0);
}
