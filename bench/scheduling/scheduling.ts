import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import type { Bench } from '../bench.ts';
import { buildC } from '../cluster/c-guest.ts';
import { Cluster } from '../cluster/cluster.ts';
import { start, upload, valueOf } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { type Memory, PeakMemory } from '../process/usage.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';
import { uploadGuests } from '../rpc/guests.ts';
import { Spinners } from './spinners.ts';

const SPIN = '/bench/spin';
const ECHO = '/bench/echo-c';
const SERVICE = '/bench/service';
const PAYLOAD = new Uint8Array(64);
const ANSWERS_WITHIN_MS = 20_000;
const TENANTS = 4;

interface Load {
  readonly rounds: number;
  readonly runnable: number;
  readonly windowMs: number;
  readonly kills: number;
  readonly neighbours: number;
  readonly calls: number;
  readonly idle: number;
  /** Until those that only wait have given up what they do not need. */
  readonly restMs: number;
}

const LOAD: Load = {
  rounds: 3,
  runnable: 1_000,
  windowMs: 10_000,
  kills: 200,
  neighbours: 100,
  calls: 1_000,
  idle: 10_000,
  restMs: 30_000,
};
const SHORT: Load = {
  rounds: 1,
  runnable: 16,
  windowMs: 500,
  kills: 8,
  neighbours: 8,
  calls: 50,
  idle: 50,
  restMs: 500,
};

/** Who computes without end in one lane: fair shares, kills, what neighbours feel; and what idle vTasks hold. */
export const scheduling: Bench = {
  async run({ short, threadCells, note }) {
    const load = short ? SHORT : LOAD;
    await using cluster = await Cluster.start({ nodes: 1, lanes: 1, threadCells });
    const { client } = cluster;
    await uploadGuests(client);
    const spin = await buildC(fileURLToPath(new URL('guests/spin.c', import.meta.url)));
    await upload(client, SPIN, spin);
    note(`${load.runnable} vTasks compute in one lane`);
    const shared = await sharing(client, load);
    note(`asks one whose neighbours compute`);
    const felt = await neighbours(cluster, spin, load);
    note(`makes ${load.idle} idle vTasks`);
    return [...shared, ...felt, ...(await idle(cluster, load))];
  },
};

/** Shares by weights of 1 to 8, and kills among all of them. */
async function sharing(client: PosivClient, load: Load): Promise<Metric[]> {
  const weights = Array.from({ length: load.runnable }, (_, at) => (at % 8) + 1);
  const spinners = await Spinners.start(client, SPIN, weights);
  const used = async (): Promise<number[]> => {
    const classes = Array.from({ length: 8 }, () => 0);
    for (const [at, us] of (await spinners.cpuUs()).entries()) classes[at % 8]! += us;
    return classes;
  };
  // Whoever begins has a whole slice at once, which is all of what the lightest are due in these first seconds.
  await pause(2 * load.windowMs);
  const before = await used();
  await pause(load.windowMs);
  const got = (await used()).map((us, at) => us - before[at]!);
  const all = got.reduce((sum, us) => sum + us, 0);
  const off = got.map((us, at) => Math.abs((us * 36) / (all * (at + 1)) - 1) * 100);
  const kills: number[] = [];
  for (const vtid of spinners.vtids.slice(0, load.kills)) kills.push(await spinners.kill(vtid));
  await spinners[Symbol.asyncDispose]();
  const what = `${load.runnable} runnable`;
  return [
    metric({
      name: `${what}: the weight class farthest off its share`,
      unit: '%',
      samples: [Math.max(...off)],
    }),
    metric({ name: `${what}: kill, p50`, unit: 'ms', samples: [percentile(kills, 0.5)] }),
    metric({ name: `${what}: kill, p99`, unit: 'ms', samples: [percentile(kills, 0.99)] }),
  ];
}

/** An rpc from outside to a quiet vTask, while others of its lane compute, or cells of other tenants. */
async function neighbours(cluster: Cluster, spin: Uint8Array, load: Load): Promise<Metric[]> {
  const { client, nodes } = cluster;
  const { socket, id } = nodes[0]!;
  const echo = await start(client, ECHO, [], id);
  const measure = async (): Promise<number[]> => {
    const samples: number[] = [];
    for (let call = 0; call < load.calls; call += 1) {
      const since = performance.now();
      await valueOf(client.ipc.rpc(echo, 'echo', ANSWERS_WITHIN_MS, PAYLOAD));
      samples.push(performance.now() - since);
      await pause(2);
    }
    return samples;
  };
  const clients: PosivClient[] = [];
  for (let at = 0; at < TENANTS; at += 1) {
    const token = await valueOf(client.tenants.add(`tenant-${at}`, undefined));
    const other = await connectControl({ socket, token });
    clients.push(other);
    await upload(other, SPIN, spin);
  }
  const beside = async (who: readonly PosivClient[], each: number): Promise<number[]> => {
    const all: Spinners[] = [];
    const weights = Array.from({ length: each }, () => 100);
    for (const one of who) all.push(await Spinners.start(one, SPIN, weights));
    const samples = await measure();
    for (const spinners of all) await spinners[Symbol.asyncDispose]();
    return samples;
  };
  const [quiet, same, others] = await interleave(load.rounds, [
    measure,
    () => beside([client], load.neighbours),
    () => beside(clients, 1),
  ]);
  for (const one of clients) await one.close();
  await valueOf(client.vtask.kill(echo));
  const ways = [
    [`rpc beside ${load.neighbours} that compute in its lane`, same!],
    [`rpc beside ${TENANTS} computing cells of other tenants`, others!],
  ] as const;
  return ways.flatMap(([name, rounds]) =>
    [50, 99].map((share) => {
      const of = (all: readonly (readonly number[])[]): number[] =>
        all.map((samples) => percentile(samples, share / 100));
      const baseline = { name: 'the same, quiet', samples: of(quiet!) };
      return metric({ name: `${name}, p${share}`, unit: 'ms', samples: of(rounds), baseline });
    }),
  );
}

/** What the node and its cells hold for each service that only waits: as soon as all have begun, and once they have come to rest. */
async function idle({ client, nodes, pids }: Cluster, load: Load): Promise<Metric[]> {
  using memory = new PeakMemory(pids);
  const image = await buildC(fileURLToPath(new URL('guests/service.c', import.meta.url)), 'core');
  await upload(client, SERVICE, image);
  const begin = async (): Promise<void> => {
    const vtid = await start(client, SERVICE, [], nodes[0]!.id);
    // Started in the order of coming: when it answers, all before it have begun.
    await valueOf(client.ipc.rpc(vtid, 'echo', ANSWERS_WITHIN_MS, PAYLOAD));
  };
  await begin(); // the first vTask brings the cell and the code
  const before = await memory.sample();
  for (let made = 1; made < load.idle; made += 1) await start(client, SERVICE, [], nodes[0]!.id);
  await begin();
  const begun = await memory.sample();
  await pause(load.restMs);
  const rested = await memory.sample();
  const each = (name: string, { pss }: Memory): Metric =>
    metric({ name, unit: 'KiB', samples: [(pss - before.pss) / load.idle / 1_024] });
  const what = `${load.idle} services, PSS of each`;
  return [each(`${what}: begun`, begun), each(`${what}: idle for ${load.restMs} ms`, rested)];
}
