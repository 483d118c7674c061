import { fileURLToPath } from 'node:url';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import { LEASE_MS } from '#p2p/registers/lease-keeper.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Bench } from '../bench.ts';
import { buildC } from '../cluster/c-guest.ts';
import { Cluster } from '../cluster/cluster.ts';
import { upload, valueOf } from '../cluster/vtask-run.ts';
import { metric } from '../report/metric.ts';

const ECHO = fileURLToPath(new URL('../rpc/guests/echo.c', import.meta.url));
const IMAGE = '/bench/echo';
const VTASKS = 1_000;
const SHORT_VTASKS = 50;
const LANES = 2;
const ROUNDS = 3;
const AT_A_TIME = 64;
const CONFIRMED_WITHIN_MS = 60_000;

/** How long the durable vTasks of a killed node take until they all run elsewhere, from when the others agree that it is lost. */
export const failover: Bench = {
  async run({ short, note }) {
    const vtasks = short ? SHORT_VTASKS : VTASKS;
    const again: number[] = [];
    const afresh: number[] = [];
    const noticed: number[] = [];
    for (let round = 0; round < (short ? 1 : ROUNDS); round += 1) {
      note(`one of three nodes with ${vtasks} vTasks is killed`);
      const figures = await killed(vtasks);
      again.push(figures.againMs);
      afresh.push(figures.afreshMs);
      noticed.push(figures.lostMs);
    }
    return [
      metric({
        name: `${vtasks} vTasks of a killed node running elsewhere, from its loss`,
        unit: 'ms',
        samples: again,
        baseline: { name: 'as many made by a client, until they run', samples: afresh },
      }),
      metric({
        name: 'from the kill to the loss',
        unit: 'ms',
        samples: noticed,
        baseline: { name: 'a lease', samples: [LEASE_MS] },
      }),
    ];
  },
};

interface Figures {
  readonly afreshMs: number;
  readonly lostMs: number;
  readonly againMs: number;
}

async function killed(count: number): Promise<Figures> {
  await using cluster = await Cluster.start({ nodes: 3, lanes: LANES });
  const { client, nodes, pids } = cluster;
  await untilSafe(nodes.map(({ socket }) => socket));
  await upload(client, IMAGE, await buildC(ECHO, 'core'));
  const doomed = await connectControl({ socket: nodes[1]!.socket });
  const afreshMs = await make(client, [client, doomed], nodes[1]!.id, count);
  await doomed.close();

  const other = await connectControl({ socket: nodes[2]!.socket });
  const first = await valueOf(client.vtask.find('bench-0'));
  const survivors = [client, other];
  for (const each of survivors) await valueOf(each.monitor.onDie(first));
  const killedAt = performance.now();
  process.kill(pids[1]!, 'SIGKILL');
  await Promise.race(survivors.map((each) => valueOf(each.ipc.receive(CONFIRMED_WITHIN_MS))));
  const lostAt = performance.now();
  while ((await runningOn(survivors, count)) < count);
  const againMs = performance.now() - lostAt;
  await other.close();
  return { afreshMs, lostMs: lostAt - killedAt, againMs };
}

/** How many run. To list them takes time, so that is done only once there are enough. */
async function runningOn(clients: readonly PosivClient[], count: number): Promise<number> {
  const views = await Promise.all(clients.map(async (client) => client.nodes.list()));
  const made = views.map((view) => view.find(({ standing }) => standing === 'self')!.vtasks);
  if (made.reduce((sum, each) => sum + each, 0) < count) return 0;
  const lists = await Promise.all(clients.map((client) => valueOf(client.vtask.list(undefined))));
  return lists.flat().filter(({ state }) => state === 'running').length;
}

/** Before there are three acceptors, of which each node knows, no loss can be agreed on. */
async function untilSafe(sockets: readonly string[]): Promise<void> {
  for (const socket of sockets) {
    const client = await connectControl({ socket });
    for (;;) {
      const all = await client.nodes.list();
      if (all.filter(({ keepsRegisters }) => keepsRegisters).length === 3) break;
    }
    await client.close();
  }
}

/** Makes them on a node. How long it took until all ran, in milliseconds. */
async function make(
  client: PosivClient,
  clients: readonly PosivClient[],
  node: string,
  count: number,
): Promise<number> {
  const options = {
    ...DEFAULT_OPTIONS,
    detached: true,
    restart: 'always',
    near: [node], // and elsewhere once it is gone
  } as const;
  const begin = performance.now();
  let next = 0;
  const makeSome = async (): Promise<void> => {
    while (next < count) {
      const vtid = await valueOf(client.vtask.new(`bench-${next++}`, IMAGE, [], options));
      await valueOf(client.vtask.sched(vtid));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, makeSome));
  while ((await runningOn(clients, count)) < count);
  return performance.now() - begin;
}
