import { readFile } from 'node:fs/promises';
import type { Caller } from '#kernel/dispatcher.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { NodeCells } from '#node/cells.ts';
import { composeNode, type ComposedNode } from '#node/compose-node.ts';
import { VERSION, type NodeConfig } from '#node/config.ts';
import { admissionCalls } from '#node/admission-calls.ts';
import { checkFormat } from '#node/folder-format.ts';
import { Authenticator } from '#node/control/authenticator.ts';
import { ControlServer } from '#node/control/server.ts';
import { drainCalls } from '#node/draining/drain-calls.ts';
import { DataFolder } from '#node/data-folder.ts';
import { provideMachines } from '#node/machines/provide-machines.ts';
import { Managers, type ManagerName } from '#node/managers/managers.ts';
import { openEtcd } from '#node/etcd.ts';
import { nodeMetrics } from '#node/metrics/node-metrics.ts';
import { ProcessMetrics } from '#node/metrics/process-metrics.ts';
import { registerCalls } from '#node/registers/register-calls.ts';
import { NodeFiles } from '#node/node-files.ts';
import { nodeLogger } from '#node/node-logger.ts';
import { tenantCalls } from '#node/tenants/tenant-calls.ts';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import type { Metric } from '#posiv-wit/generated/admin.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';

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
  /** Resolves, with the reason, if it is taken out of its cluster: then it is of no use but to be closed. */
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
  // Trying out what confines a cell takes as long as the rest: it goes on beside it.
  const openingCells = NodeCells.open({ clock, logger }, config);
  openingCells.catch(() => {}); // it is waited for below
  stack.defer(async () => {
    const [opened] = await Promise.allSettled([openingCells]);
    if (opened.status === 'fulfilled') await opened.value[Symbol.asyncDispose]();
  });
  const files = new NodeFiles(disk, config.dataDir);
  await checkFormat(files, config.dataDir);
  const folder = new DataFolder(config.dataDir, files);

  const managers = new Managers({ clock, logger, cacheDir: config.cacheDir });
  stack.use(managers);
  for (const [name, file] of Object.entries(config.managers))
    if (file !== undefined)
      await managers.plug(name as ManagerName, new Uint8Array(await readFile(file)));

  const etcd = config.etcd && stack.use(await openEtcd({ clock, logger }, config.etcd));
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
      prepare: (image) => prepareImage(image, { cacheDir: config.cacheDir }),
    },
    config,
  );
  stack.use(node);
  node.services.follow(() => managers.services());
  composed(node);
  const { kernel, network, store, tenants } = node;
  const path = process.env['PATH'] ?? '';
  stack.use(
    await provideMachines({ clock, random, logger, strategies: managers, node, path }, config),
  );

  const token = await folder.token();
  const authenticator = new Authenticator(tenants, token);
  const ofProcess = stack.use(new ProcessMetrics());
  const metrics = (): Metric[] => [...nodeMetrics({ kernel, network }), ...ofProcess.read()];
  const control = new ControlServer({ kernel, logger, authenticator, metrics });
  stack.use(control);
  const disconnect = (tenant: string): void => control.disconnect(tenant);
  const admin = tenantCalls({ kernel, book: tenants, holdings: store.holdings, disconnect });
  kernel.dispatcher.provide('posiv:admin/tenants@0.1.0', forThisNode(admin));
  const admission = forThisNode(admissionCalls(network.admission));
  kernel.dispatcher.provide('posiv:admin/admission@0.1.0', admission);
  const keeping = forThisNode(registerCalls({ registers: node.registers, network, store }));
  kernel.dispatcher.provide('posiv:admin/registers@0.1.0', keeping);
  const drain = forThisNode(drainCalls(kernel, node.draining));
  kernel.dispatcher.provide('posiv:admin/draining@0.1.0', drain);
  kernel.dispatcher.provide('posiv:admin/metrics@0.1.0', forThisNode({ read: metrics }));
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
    whenReady: (signal) => network.whenReady(signal),
    expelled: network.expelled,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Calls that no other node may make. */
function forThisNode(calls: object): (caller: Caller) => object {
  return ({ node }) => {
    if (node !== undefined) throw new Error('posiv:admin is for programs of this node alone');
    return calls;
  };
}
