import type { StartCell } from '#kernel/cell/cell.ts';
import type { Clock } from '#kernel/clock.ts';
import { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import { Draining } from '#node/draining/draining.ts';
import { Failover } from '#node/failover/failover.ts';
import { networkFiles } from '#node/network-files.ts';
import type { NodeConfig } from '#node/config.ts';
import type { NodeFiles } from '#node/node-files.ts';
import { EarlyFrames } from '#node/early-frames.ts';
import { ImageSource } from '#node/image-source.ts';
import { NodeImages, type PrepareImage } from '#node/node-images.ts';
import { NodeLives } from '#node/node-lives.ts';
import { NodePeers } from '#node/node-peers.ts';
import { provideServices } from '#node/provide-services.ts';
import { publishing } from '#node/publishing.ts';
import { NodeRegisters, type NodeRegistersComponents } from '#node/registers/node-registers.ts';
import { ServiceBook } from '#node/services/service-book.ts';
import { ScratchAccounts } from '#node/scratch-accounts.ts';
import { storePeers } from '#node/store-peers.ts';
import { storeQuota } from '#node/store-quota.ts';
import { Streams } from '#node/streams/streams.ts';
import { TenantBook } from '#node/tenants/tenant-book.ts';
import type { PeerNetwork, PeerNetworkStores } from '#p2p/peer-network.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { createVStore, type VStore } from '#services/vstore/vstore.ts';

/** All that a node has of the world. */
export interface NodeComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Its owner closes it, after the node. */
  readonly disk: Disk;
  /** The small files of the same disk. */
  readonly files: NodeFiles;
  readonly strategies: Strategies;
  /** Joins this node to the others. */
  readonly connect: (stores: PeerNetworkStores) => Promise<PeerNetwork>;
  /** Where the registers of the cluster are kept, if not with acceptors among the nodes. */
  readonly etcd?: NodeRegistersComponents['etcd'];
  /** Where its vTasks run. Asked for once; they may take long to open beside the rest. */
  readonly cells: () => Promise<NodeCellsLink>;
  /** Makes an image ready to be started by the lanes of its cells. */
  readonly prepare: PrepareImage;
}

export interface NodeCellsLink {
  readonly start: StartCell;
  /** So many tenants have been added to the node, who may come for their cells. */
  expect(added: number): void;
}

/** What of a node's settings decides how it works, not on what it stands. */
export type ComposedConfig = Pick<NodeConfig, 'name' | 'lanes' | 'memoryLimit' | 'limits'> & {
  readonly cells: Pick<NodeConfig['cells'], 'vtasks'>;
};

/** One worker node, joined of kernel, peer network, vStore and registers, whatever it stands on. */
export interface ComposedNode extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly network: PeerNetwork;
  readonly store: VStore;
  readonly registers: NodeRegisters;
  /** The meta services that run on it, of which it tells the others. */
  readonly services: ServiceBook;
  readonly tenants: TenantBook;
  readonly images: ImageSource;
  /** Has `ended` called with each vTask that ends, as `KernelComponents.ended` has it. */
  followEnds(ended: (vtid: string) => void): void;
  readonly draining: Draining;
  readonly streams: Streams;
  /** Resolves when the others have taken this start of the node for lost: it does nothing any more, and is to be closed. */
  readonly fenced: Promise<void>;
  /** Whether what it does may have an effect: not while its lease may have run out. */
  readonly mayAct: boolean;
}

/**
 * Composes one worker node and starts it. Nothing in it reads a clock, randomness, a disk or a network but those given, and
 * nothing runs but by that clock's timers, the disk's answers, the peers' bytes and the frames of its cells: on simulated ones
 * a run is the same to the last event (tests/simulation/README.md).
 * @throws {journal-corrupt} {acceptor-log-malformed} {roster-lost} {roster-mismatch} and whatever its components throw
 */
export async function composeNode(
  components: NodeComponents,
  config: ComposedConfig,
): Promise<ComposedNode> {
  await using stack = new AsyncDisposableStack();
  const { clock, random, logger, disk, files, strategies, etcd } = components;
  const network = await components.connect(networkFiles(files));
  stack.use(network);
  const early = new EarlyFrames(network);
  stack.defer(() => network.leave()); // once its vTasks have ended

  const registers = await NodeRegisters.start({
    clock,
    random,
    logger,
    network,
    disk,
    files,
    etcd,
  });
  stack.use(registers);
  const lives = new NodeLives({ network, early, registers, clock, logger });
  stack.use(lives);
  const peers = new NodePeers(network, lives, () => clock.now());
  const failover = new Failover(
    {
      registers,
      clock,
      logger,
      isLost: (node, incarnation) => lives.isLost(node, incarnation),
      others: () => lives.others(),
    },
    { node: network.self, incarnation: lives.incarnation },
  );

  const store = await createVStore(
    {
      disk,
      clock,
      random,
      logger,
      peers: storePeers(network, () => kernel),
      strategy: {
        keep: (request) => strategies.storage.keep(peers.view(), request),
        rank: (candidates) => strategies.distribution.rank(candidates),
      },
      quota: storeQuota(() => kernel),
      registers,
    },
    {},
  );
  stack.use(store);
  const cells = await components.cells();
  const tenants = await TenantBook.open(
    {
      load: () => files.readJson('tenants.json'),
      async save(entries) {
        await files.writeJson('tenants.json', entries);
        cells.expect(entries.length);
      },
    },
    config.memoryLimit,
  );
  cells.expect(tenants.added);
  const services = new ServiceBook(clock);
  const followers: ((vtid: string) => void)[] = [];
  const own = store.callsFor({ vtid: network.self, creator: undefined, tenant: DEFAULT_TENANT });
  const images = new ImageSource(own);
  const kernel: Kernel = new Kernel(
    {
      clock,
      random,
      logger,
      peers,
      registers,
      durableList: failover.list,
      images: new NodeImages({ source: images, prepare: components.prepare }),
      strategies,
      tenants,
      startCell: cells.start,
      ended(vtid) {
        store.taskEnded(vtid);
        scratch.ended(vtid);
        services.ended(vtid);
        for (const each of followers) each(vtid);
      },
    },
    {
      lanes: config.lanes,
      cellVtasks: config.cells.vtasks,
      memoryLimit: config.memoryLimit,
      counting: config.limits === 'count',
    },
  );
  const scratch = new ScratchAccounts(kernel);
  stack.defer(() => kernel.close());
  stack.use(failover);
  peers.attach(kernel);
  const draining = await Draining.open({
    kernel,
    clock,
    logger,
    files,
  });
  stack.use(draining);
  provideServices({ kernel, store, network, registers, scratch, draining, lives, services });
  const streams = new Streams(network, clock);
  stack.use(streams);
  network.serveBulk((...asked) => streams.open(...asked) ?? store.openBulk(...asked));
  lives.follow(kernel, (node) => failover.nodeLost(node));
  // The others hear nothing more of this life, and answer it nothing.
  void lives.fenced.then(() => kernel.peerCalls.close('this node was taken for lost'));
  failover.follow(kernel);
  stack.defer(publishing({ network, kernel, services, clock }, config.name));

  const owned = stack.move();
  return {
    kernel,
    network,
    store,
    registers,
    services,
    tenants,
    images,
    followEnds: (ended) => void followers.push(ended),
    draining,
    streams,
    fenced: lives.fenced,
    get mayAct() {
      return lives.mayAct;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
