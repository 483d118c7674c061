import { readFile } from 'node:fs/promises';
import type { Caller } from '#kernel/dispatcher.ts';
import { Kernel } from '#kernel/kernel.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { clusterCalls } from '#node/cluster-calls.ts';
import { VERSION, type NodeConfig } from '#node/config.ts';
import { Authenticator } from '#node/control/authenticator.ts';
import { ControlServer } from '#node/control/server.ts';
import { DataFolder } from '#node/data-folder.ts';
import { NodeCells } from '#node/cells.ts';
import { NodeImages } from '#node/node-images.ts';
import { nodeLogger } from '#node/node-logger.ts';
import { NodePeers } from '#node/node-peers.ts';
import { RegisterJournal } from '#node/registers/register-journal.ts';
import { SingleWriterRegisters } from '#node/registers/single-writer.ts';
import { ScratchAccounts } from '#node/scratch-accounts.ts';
import { storePeers } from '#node/store-peers.ts';
import { storeQuota } from '#node/store-quota.ts';
import { Managers, type ManagerName } from '#node/managers/managers.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { TenantBook } from '#node/tenants/tenant-book.ts';
import { tenantCalls } from '#node/tenants/tenant-calls.ts';
import { tenantFiles } from '#node/tenants/tenant-files.ts';
import { createPeerNetwork, type PeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { keeperOf } from '#services/vstore/rendezvous.ts';
import { createVStore, type VStore } from '#services/vstore/vstore.ts';

// How often a node tells the others what it holds.
const PUBLISH_EVERY_MS = 500;
// A node that cannot be reached for so long is taken for gone: its vTasks are lost to those who watch them.
const LOST_AFTER_MS = 5_000;
const MAX_NAMED = 8_192;

export interface WorkerNode extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** Where others can reach it, as multiaddrs. */
  readonly addresses: readonly string[];
  readonly control: {
    readonly socket: string;
    readonly url: string | undefined;
    readonly token: string;
  };
  /** Resolves once it has joined its cluster and agrees with it on who keeps what. */
  whenReady(signal: AbortSignal): Promise<void>;
  /** Ends its vTasks, its lanes, its connections, and lets go of its data folder. */
  close(): Promise<void>;
}

/**
 * Builds one worker node and starts it.
 * @throws {folder-in-use} another node runs on the data folder
 * @throws {port-in-use} {bad-setting} {data-folder} {journal-corrupt}
 */
export async function startWorkerNode(config: NodeConfig): Promise<WorkerNode> {
  await using stack = new AsyncDisposableStack();
  const clock = systemClock;
  const random = systemRandom;
  const logger = nodeLogger(config.logLevel, config.name);

  // Trying out what confines a cell takes as long as the rest: it goes on beside it.
  const openingCells = NodeCells.open({ clock, logger }, config);
  openingCells.catch(() => {}); // it is waited for below
  stack.defer(async () => {
    const [opened] = await Promise.allSettled([openingCells]);
    if (opened.status === 'fulfilled') await opened.value[Symbol.asyncDispose]();
  });

  await DataFolder.make(config.dataDir);
  const disk = await openNodeDisk(config.dataDir, Date.now());
  stack.defer(() => disk.close());
  const folder = new DataFolder(config.dataDir, disk);

  const network = await createPeerNetwork(
    {
      clock,
      random,
      logger,
      roster: {
        load: async () => (await folder.readJson('roster.json')) ?? [],
        save: (entries) => folder.writeJson('roster.json', entries),
      },
      identity: {
        load: () => folder.read('identity.key'),
        save: (bytes) => folder.write('identity.key', bytes),
        loadIncarnation: async () => (await folder.readJson<number>('incarnation.json')) ?? 0,
        saveIncarnation: (count) => folder.writeJson('incarnation.json', count),
      },
    },
    { name: config.name, version: VERSION, listen: config.listen, bootstrap: config.bootstrap },
  );
  stack.use(network);

  const managers = new Managers({ clock, logger, cacheDir: config.cacheDir });
  stack.use(managers);
  for (const [name, file] of Object.entries(config.managers))
    if (file !== undefined)
      await managers.plug(name as ManagerName, new Uint8Array(await readFile(file)));

  const peers = new NodePeers(network, () => clock.now());
  const registerJournal = await RegisterJournal.open({ disk, random }, 'registers.journal');
  stack.use(registerJournal);
  const registers = new SingleWriterRegisters({
    self: network.self,
    members: () => network.members().map(({ id }) => id),
    ready: () => network.ready,
    writerOf: keeperOf,
    journal: registerJournal,
    call: (node, name, params) => kernel.peerCalls.call(node, name, params),
  });

  const store = await createVStore(
    {
      disk,
      clock,
      random,
      logger,
      peers: storePeers(network, () => kernel),
      strategy: {
        keep: (request) => managers.storage.keep(peers.view(), request),
        rank: (candidates) => managers.distribution.rank(candidates),
      },
      quota: storeQuota(() => kernel),
    },
    {},
  );
  stack.use(store);
  const cells = await openingCells;
  const tenants = await TenantBook.open(
    {
      load: () => folder.readJson('tenants.json'),
      async save(entries) {
        await folder.writeJson('tenants.json', entries);
        cells.expect(entries.length);
      },
    },
    config.memoryLimit,
  );
  cells.expect(tenants.added);
  const own = store.callsFor({
    vtid: network.self,
    creator: undefined,
    tenant: DEFAULT_TENANT,
  });
  const kernel: Kernel = new Kernel(
    {
      clock,
      random,
      logger,
      peers,
      registers,
      images: new NodeImages({ ...own, cacheDir: config.cacheDir }),
      strategies: managers,
      tenants,
      startCell: cells.start,
      ended(vtid) {
        store.taskEnded(vtid);
        scratch.ended(vtid);
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
  peers.attach(kernel);
  provideServices(kernel, store, network, registers, scratch);
  network.serveBulk((name, offset, size) => store.openBulk(name, offset, size));
  stack.defer(followPeers(network, kernel));
  stack.defer(publishing(network, kernel, config.name));

  const token = await folder.token();
  const authenticator = new Authenticator(tenants, token);
  const control = new ControlServer({ kernel, logger, authenticator });
  stack.use(control);
  const disconnect = (tenant: string): void => control.disconnect(tenant);
  const admin = tenantCalls({ kernel, book: tenants, holdings: store.holdings, disconnect });
  kernel.dispatcher.provide('posiv:admin/tenants@0.1.0', forThisNode(admin));
  const socket = await folder.socketPath(network.self);
  const port = await control.listen({ socket, port: config.httpPort });
  const url = port === undefined ? undefined : `http://127.0.0.1:${port}`;
  const { self: id } = network;
  const addresses = network.addresses;
  await folder.announce({ id, name: config.name, pid: process.pid, addresses, socket, url });
  stack.defer(() => folder.withdraw());
  logger.info('the node runs', { id, addresses, socket });
  cells.report(logger);

  const owned = stack.move();
  const close = (): Promise<void> => owned.disposeAsync();
  return {
    id,
    name: config.name,
    addresses,
    control: { socket, url, token },
    whenReady: (signal) => network.whenReady(signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The interfaces that this node carries out itself. */
function provideServices(
  kernel: Kernel,
  store: VStore,
  network: PeerNetwork,
  registers: SingleWriterRegisters,
  scratch: ScratchAccounts,
): void {
  const { dispatcher } = kernel;
  dispatcher.provide('posiv:vstore/files@0.1.0', (caller) =>
    tenantFiles(store.callsFor(caller).files, caller.tenant),
  );
  dispatcher.provide(
    'posiv:vstore/blobs@0.1.0',
    (caller) => scratch.limited(store.callsFor(caller).blobs, caller.vtid),
    (result) => giveBack(store, result),
  );
  dispatcher.provide('posiv:cluster/nodes@0.1.0', () => clusterCalls(network, kernel));
  dispatcher.provide('posiv:wire/store@0.1.0', forNodes(scratch.followed(store.peerCalls)));
  dispatcher.provide('posiv:wire/registers@0.1.0', forNodes(registers.calls));
}

/** Lets vStore use the memory of what it gave again. */
function giveBack(store: VStore, result: unknown): void {
  const { value } = result as { readonly value?: unknown };
  if (value instanceof Uint8Array) store.spent(value);
}

/** Calls that only another node may make. */
function forNodes(calls: object): (caller: Caller) => object {
  return ({ node }) => {
    if (node === undefined) throw new Error('posiv:wire is for nodes alone');
    return calls;
  };
}

/** Calls that no other node may make. */
function forThisNode(calls: object): (caller: Caller) => object {
  return ({ node }) => {
    if (node !== undefined) throw new Error('posiv:admin is for programs of this node alone');
    return calls;
  };
}

/** Tells the kernel of what becomes of the other nodes. Returns what stops it. */
function followPeers(network: PeerNetwork, kernel: Kernel): () => void {
  const lost = new Map<string, () => void>();
  network.listen({
    onFrame: (node, frame) => kernel.peerFrames.receive(node, frame),
    onUp(node) {
      lost.get(node)?.();
      lost.delete(node);
    },
    onDown(node) {
      kernel.nodeDown(node);
      lost.set(
        node,
        systemClock.after(LOST_AFTER_MS, () => kernel.nodeLost(node)),
      );
    },
    onRecord() {},
    onMember() {},
  });
  return () => {
    for (const cancel of lost.values()) cancel();
  };
}

/** Publishes this node's record from time to time. Returns what stops it. */
function publishing(network: PeerNetwork, kernel: Kernel, name: string): () => void {
  let cancel: () => void;
  const publish = (): void => {
    const named = [];
    for (const vtask of kernel.table.values())
      if (vtask.name !== undefined && vtask.endedMs === 0 && named.length < MAX_NAMED)
        named.push({ name: vtask.name, vtid: vtask.vtid, state: vtask.state });
    network.publish({
      name,
      lanes: kernel.lanes,
      vtasks: kernel.table.living,
      memoryUsed: kernel.table.memoryBytes,
      memoryLimit: kernel.memoryLimit,
      named,
    });
    cancel = systemClock.after(PUBLISH_EVERY_MS, publish);
  };
  publish();
  return () => cancel();
}
