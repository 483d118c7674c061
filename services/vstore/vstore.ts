import type { LentFile } from '#kernel/ipc/lent-file.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';
import type { StoreCalls } from '#posiv-wit/generated/wire.ts';
import { makeBlobCalls } from './blob-calls.ts';
import { isNodeId } from './blob-id.ts';
import { Absences } from './absences.ts';
import { BlobCopies } from './blob-copies.ts';
import { BlobRepair } from './blob-repair.ts';
import { ChunkRepair } from './chunk-repair.ts';
import { RepairPace } from './repair-pace.ts';
import { BlobReader } from './blob-reader.ts';
import { BlobResolver } from './blob-resolver.ts';
import { BlobTable } from './blob-table.ts';
import { Bulk } from './bulk.ts';
import { ChunkCache } from './chunk-cache.ts';
import { ChunkFolder } from './chunk-folder.ts';
import { ChunkKeeper } from './chunk-keeper.ts';
import { ChunkPlaces } from './chunk-places.ts';
import { ChunkReader } from './chunk-reader.ts';
import { type Collected, Collector } from './collector.ts';
import type { PathRegister, VStoreComponents } from './components.ts';
import { messageOf, RefusedError } from './errors.ts';
import { makeFileCalls } from './file-calls.ts';
import { FreeSpace } from './free-space.ts';
import { Holdings } from './holdings.ts';
import { knownPaths } from './known-paths.ts';
import { Maintenance } from './maintenance.ts';
import { Outgoing } from './outgoing.ts';
import { PathHeads } from './path-heads.ts';
import { PathIndex } from './path-index.ts';
import { PathList } from './path-list.ts';
import { PathRepair } from './path-repair.ts';
import { PathSettling } from './path-settling.ts';
import { PathTable } from './path-table.ts';
import { makePeerCalls } from './peer-calls.ts';
import { Peers } from './peer.ts';
import { References } from './references.ts';
import { ScratchTable } from './scratch-table.ts';
import { SpareBuffers } from './spare-buffers.ts';
import { Striping } from './stripe-placer.ts';
import { Surplus } from './surplus.ts';
import { type Owner, WriterTable } from './writer-table.ts';

export type {
  Clock,
  PathRegisters,
  StorePeers,
  StoreQuota,
  VStoreComponents,
} from './components.ts';
export { openNodeDisk } from './disk/node-disk.ts';

export interface VStoreInit {
  /** Bytes of verified chunks to keep in memory for small reads. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Bytes of the disk that chunks leave free, for journals and manifests. Default 64 MiB. */
  readonly reserveBytes?: number;
  /** How long a durable blob stays without a path, in milliseconds. Default an hour, as POSIV promises. */
  readonly unboundMs?: number;
  /** How long one stays that a path is about to be bound to, or was bound to until now. Default two minutes. */
  readonly holdMs?: number;
  /** After how long without a member copies of what it has are made elsewhere, in milliseconds. Default a minute. */
  readonly goneMs?: number;
  /** How fast this node has copies made, in bytes per second. Default 32 MiB. */
  readonly repairBytesPerSecond?: number;
  /** Blobs being written on this node at a time, each with up to 1 MiB in memory. Default 1,024. */
  readonly maxWriters?: number;
}

/** What is on this node. */
interface VStoreUsage {
  /** Durable ones. */
  readonly chunks: number;
  /** Of the durable chunks. */
  readonly bytes: number;
  readonly scratchChunks: number;
  readonly scratchBytes: number;
  /** Durable ones whose home is this node. */
  readonly blobs: number;
  /** Manifests of blobs of other homes. */
  readonly copies: number;
  readonly scratchBlobs: number;
  /** Paths that this node knows of. */
  readonly paths: number;
  readonly openWriters: number;
  /** Manifests on the disk that could not be read. While there are any, no chunk is collected. */
  readonly damagedManifests: number;
}

/** One node's part of vStore. */
export interface VStore extends AsyncDisposable {
  /** What is linked to the imports of a vTask. */
  callsFor(owner: Owner): { readonly files: FilesCalls; readonly blobs: BlobsCalls };
  /**
   * What `read` would give, as a file for a reader that verifies it by itself, where there is one that has just these bytes.
   * @throws {not-found} {unreachable} {corrupt}
   */
  lend(reader: string, blob: string, offset: number, size: number): Promise<LentFile | undefined>;
  /** Drops what the vTask was writing, and the scratch blobs that go with it. To be called on every node. */
  taskEnded(vtid: string): void;
  /** Says that what `read` gave has been used and is looked at by nobody any more: its memory is used again. */
  spent(bytes: Uint8Array): void;
  /** What other nodes may call. */
  readonly peerCalls: StoreCalls;
  /**
   * What other nodes may pull; `size` is what there is of the range asked for. The memory of a chunk is used again once the
   * next is asked for.
   * @throws {refused} {not-found}
   */
  openBulk(
    name: string,
    offset: number,
    size: number,
  ): Promise<{ readonly size: number; readonly chunks: AsyncIterable<Uint8Array> }>;
  usage(): VStoreUsage;
  /** Bytes of durable blobs that count for each tenant on this node. */
  readonly holdings: Pick<Holdings, 'of' | 'tenants'>;
  /**
   * Makes copies of what has too few, as far as this node has to. Done anyway where a member has come or gone.
   * @throws {unreachable} where the roster is not known
   */
  repair(): Promise<void>;
  /**
   * What the registers of paths must have had, as far as the nodes that can be reached know: for when the registers are lost.
   * @throws {unreachable}
   */
  knownPaths(): Promise<ReadonlyMap<string, PathRegister>>;
  /**
   * Takes away what nobody needs. Done every few minutes anyway.
   * @throws {unreachable} where a member cannot be asked
   */
  collect(): Promise<Collected & { readonly surplus: number }>;
}

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
const HOLD_MS = 120_000; // twice what whoever binds a path counts on
const GONE_MS = 60_000; // longer than a restart takes, and than most partitions last

/**
 * Opens what a node has stored, and begins to work. The disk stays the caller's, who closes it after the store.
 * @throws {refused} {full} {journal-format} {journal-corrupt}
 */
export async function createVStore(
  components: VStoreComponents,
  init: VStoreInit,
): Promise<VStore> {
  const { disk, clock, random, logger, strategy, registers } = components;
  const peers = new Peers(components.peers, clock);
  const { self } = peers;
  if (!isNodeId(self))
    throw new RefusedError(`node id ${components.peers.self}: 1 to 128 letters, digits, - and _`);

  const space = new FreeSpace(disk, init.reserveBytes ?? 64 * MIB);
  const spare = new SpareBuffers();
  const durable = new ChunkFolder(
    { disk, space, logger, spare },
    { folder: 'chunks', durable: true },
  );
  const scratchFolder = new ChunkFolder(
    { disk, space, logger, spare },
    { folder: 'scratch', durable: false },
  );
  const references = new References();
  const scratchReferences = new References();
  const holdings = new Holdings(components.quota);
  const blobs = new BlobTable(
    { disk, clock, logger, references, holdings },
    { self, unboundMs: init.unboundMs ?? HOUR_MS, holdMs: init.holdMs ?? HOLD_MS },
  );
  await disk.removeFolder('scratch'); // nobody is left who knows of any
  await durable.open();
  await blobs.open();
  const table = await PathTable.open({ disk, random }, logger);

  const scratch = new ScratchTable(self, scratchFolder, scratchReferences);
  const cache = new ChunkCache(init.cacheBytes ?? 8 * MIB);
  const outgoing = new Outgoing();
  const copies = new BlobCopies({ blobs, peers, logger });
  const resolver = new BlobResolver({ blobs, scratch, copies, peers });
  const index = new PathIndex({ table, peers, logger });
  const heads = new PathHeads({ registers, index, copies, clock });
  const paths = new PathList({ table, index, heads, peers });
  const collector = new Collector({ blobs, durable, references, table, peers, logger });
  const absences = new Absences({ peers, clock }, init.goneMs ?? GONE_MS);
  const places = new ChunkPlaces({ blobs, references, absences, peers });
  const pace = new RepairPace(clock, init.repairBytesPerSecond ?? 32 * MIB);
  const chunkKeeper = new ChunkKeeper({ durable, scratch: scratchFolder, peers, spare });
  const chunkRepair = new ChunkRepair({ durable, keeper: chunkKeeper, pace, peers, logger });
  const maintenance = new Maintenance({
    clock,
    logger,
    peers,
    absences,
    pathRepair: new PathRepair({ table, index, absences, peers, logger }),
    blobRepair: new BlobRepair({
      blobs,
      copies,
      chunks: chunkRepair,
      collector,
      absences,
      peers,
      logger,
    }),
    settling: new PathSettling({ table, heads, peers, clock, logger }),
    collector,
    surplus: new Surplus({ durable, places, absences, peers, logger }),
  });
  const striping = new Striping({
    durable,
    outgoing,
    peers,
    keep: (request) => strategy.keep(request),
    logger,
  });
  const writers = new WriterTable(
    {
      blobs,
      copies,
      references,
      scratch,
      scratchFolder,
      scratchReferences,
      striping,
      collector,
      random,
      holdings,
    },
    { self, maxWriters: init.maxWriters ?? 1_024 },
  );
  const chunkReader = new ChunkReader({
    durable,
    scratch: scratchFolder,
    cache,
    spare,
    peers,
    rank: (candidates) => strategy.rank(candidates),
    logger,
  });
  const reader = new BlobReader({ resolver, chunks: chunkReader, spare });
  const bulk = new Bulk({
    durable,
    scratch: scratchFolder,
    outgoing,
    cache,
    blobs,
    scratchBlobs: scratch,
    spare,
  });
  const files = makeFileCalls(heads, paths);
  const ending = new Set<Promise<unknown>>(); // what is being removed after vTasks that ended
  maintenance.start();

  return {
    callsFor: (owner) => ({
      files,
      blobs: makeBlobCalls({ writers, reader, scratch, peers }, owner),
    }),
    lend: (who, blob, offset, size) => reader.lend(who, blob, offset, size),
    taskEnded(vtid) {
      const work = [writers.ended(vtid), scratch.ended(vtid)].filter((each) => each !== undefined);
      if (work.length === 0) return; // of most nothing is left
      const removing = Promise.all(work)
        .catch((error: unknown) => {
          logger.warn('files of a vTask that ended were not removed', {
            vtid,
            reason: messageOf(error),
          });
        })
        .finally(() => ending.delete(removing));
      ending.add(removing);
    },
    peerCalls: makePeerCalls({
      blobs,
      durable,
      scratch,
      copies,
      resolver,
      chunks: chunkKeeper,
      collector,
      places,
      table,
      paths,
      peers,
    }),
    spent: (bytes) => spare.giveBack(bytes),
    openBulk: (name, offset, size) => bulk.open(name, offset, size),
    usage: () => ({
      chunks: durable.count,
      bytes: durable.bytes,
      scratchChunks: scratchFolder.count,
      scratchBytes: scratchFolder.bytes,
      blobs: blobs.count,
      copies: blobs.copies,
      scratchBlobs: scratch.count,
      paths: table.count,
      openWriters: writers.open,
      damagedManifests: blobs.damagedCount,
    }),
    holdings,
    repair: () => maintenance.repair(),
    knownPaths: () => knownPaths({ paths, peers }),
    collect: () => maintenance.collect(),
    async [Symbol.asyncDispose]() {
      await maintenance[Symbol.asyncDispose]();
      await writers.close();
      await Promise.all(ending);
      await index[Symbol.asyncDispose]();
      await table[Symbol.asyncDispose]();
    },
  };
}
