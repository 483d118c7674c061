import { readFile } from 'node:fs/promises';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { openGroups } from '#kernel/cgroup/node-groups.ts';
import { NodeCells } from '#node/cells.ts';
import { composeNode, type ComposedNode } from '#node/compose-node.ts';
import { VERSION, type NodeConfig } from '#node/config.ts';
import { checkFormat } from '#node/folder-format.ts';
import { launcher } from '#node/launcher.ts';
import { Authenticator } from '#node/control/authenticator.ts';
import { ControlServer } from '#node/control/server.ts';
import { DataFolder } from '#node/data-folder.ts';
import { preparing } from '#node/prepare-images.ts';
import { provideMachines } from '#node/machines/provide-machines.ts';
import { KeptManagers } from '#node/managers/kept-managers.ts';
import { managerThreads } from '#node/managers/manager-threads.ts';
import { Managers } from '#node/managers/managers.ts';
import { nodeMetrics } from '#node/metrics/node-metrics.ts';
import { ProcessMetrics } from '#node/metrics/process-metrics.ts';
import { NodeFiles } from '#node/node-files.ts';
import { nodeLogger } from '#node/node-logger.ts';
import { provideAdmin } from '#node/provide-admin.ts';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import type { openEtcd } from '#node/etcd.ts';
import type { ManagerName, Metric } from '#posiv-wit/generated/admin.ts';

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
  /** Resolves when the others have taken this incarnation for lost: nothing of it leaves the node any more. Close it. */
  readonly fenced: Promise<void>;
  /** Resolves once it has joined its cluster and agrees with it on who keeps what. */
  whenReady(signal: AbortSignal): Promise<void>;
  /** Resolves, with the reason, if it is taken out of its cluster, or another has its key: then it is of no use but to be closed. */
  readonly expelled: Promise<Error>;
  /** Ends its vTasks, its lanes, its connections, and lets go of its data folder. */
  close(): Promise<void>;
}

/**
 * Builds one worker node and starts it.
 * @param composed given its parts before anybody can use its control API: for programs that have a node in them
 * @throws {folder-in-use} another node runs on the data folder
 * @throws {registers-mismatch} its cluster keeps its registers elsewhere than it is told
 * @throws {port-in-use} {bad-setting} {data-folder} {journal-corrupt} {acceptor-log-malformed}
 */
export async function startWorkerNode(
  config: NodeConfig,
  composed: (node: ComposedNode) => void = () => {},
): Promise<WorkerNode> {
  await using stack = new AsyncDisposableStack();
  const clock = systemClock;
  const random = systemRandom;
  const logger = nodeLogger(config.logLevel, config.name);

  await DataFolder.make(config.dataDir);
  const disk = await openNodeDisk(config.dataDir, Date.now());
  stack.defer(() => disk.close());
  const path = process.env['PATH'] ?? '';
  // Before anything is forked: a child of this process beside it would keep the controllers from being enabled.
  const cgroups = stack.use(await openGroups({ clock, logger }, { path, launcher: launcher() }));
  // Trying out what confines a cell takes as long as the rest: it goes on beside it.
  const openingCells = NodeCells.open({ clock, logger, cgroups }, config);
  openingCells.catch(() => {}); // it is waited for below
  stack.defer(async () => {
    const [opened] = await Promise.allSettled([openingCells]);
    if (opened.status === 'fulfilled') await opened.value[Symbol.asyncDispose]();
  });
  const files = new NodeFiles(disk, config.dataDir);
  await checkFormat(files, config.dataDir);
  const folder = new DataFolder(config.dataDir, files);

  const prepare = preparing({ clock, logger }, config.cacheDir);
  const managers = new Managers({
    clock,
    logger,
    prepare,
    start: managerThreads(config.cacheDir),
  });
  stack.use(managers);
  const given = Object.entries(config.managers).flatMap(([name, file]) =>
    file === undefined ? [] : [[name as ManagerName, file] as const],
  );
  for (const [name, file] of given) await managers.plug(name, new Uint8Array(await readFile(file)));
  const kept = new KeptManagers({ managers, files, logger });
  await kept.restore(new Set(given.map(([name]) => name)));

  const etcd = config.etcd && stack.use(await etcdLink({ clock, logger }, config.etcd));
  const node = await composeNode(
    {
      clock,
      random,
      logger,
      disk,
      files,
      strategies: managers,
      etcd: etcd?.gateway,
      connect: (stores) =>
        createPeerNetwork(
          { clock, random, logger, ...stores },
          {
            name: config.name,
            version: VERSION,
            listen: config.listen,
            bootstrap: config.bootstrap,
            lan: config.lan ?? false,
            ...(config.announce !== undefined && { announce: config.announce }),
            ...(config.ticket !== undefined && { ticket: config.ticket }),
          },
        ),
      cells: () => openingCells,
      prepare,
    },
    config,
  );
  stack.use(node);
  node.services.follow(() => managers.services());
  composed(node);
  const { kernel, network, tenants } = node;
  const { groups } = cgroups;
  const forMachines = { clock, random, logger, strategies: managers, node, path, groups };
  stack.use(await provideMachines(forMachines, config));

  const token = await folder.token();
  const authenticator = new Authenticator(tenants, token);
  const ofProcess = stack.use(new ProcessMetrics());
  const metrics = (): Metric[] => [...nodeMetrics({ kernel, network }), ...ofProcess.read()];
  const control = new ControlServer({ kernel, logger, authenticator, metrics });
  stack.use(control);
  provideAdmin({
    node,
    managers: kept,
    metrics,
    disconnect: (tenant) => control.disconnect(tenant),
    groups,
  });
  const socket = await folder.socketPath(network.self);
  const port = await control.listen({ socket, port: config.httpPort });
  const url = port === undefined ? undefined : `http://127.0.0.1:${port}`;
  const { self: id } = network;
  const addresses = network.addresses;
  await folder.announce({ id, name: config.name, pid: process.pid, addresses, socket, url });
  stack.defer(() => folder.withdraw());
  logger.info('the node runs', { id, addresses, socket });
  (await openingCells).report(logger);

  const owned = stack.move();
  const close = (): Promise<void> => owned.disposeAsync();
  return {
    id,
    name: config.name,
    addresses,
    control: { socket, url, token },
    fenced: node.fenced,
    whenReady: (signal) => node.registers.whenOpen(signal),
    expelled: network.expelled,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Few nodes have any, and its TLS takes 20 ms of processor time to load. */
async function etcdLink(...given: Parameters<typeof openEtcd>): ReturnType<typeof openEtcd> {
  return (await import('#node/etcd.ts')).openEtcd(...given);
}
