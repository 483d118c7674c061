import { basename } from 'node:path';
import type { Bench, BenchContext } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { runToEnd, start, valueOf } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { metric, type Metric } from '../report/metric.ts';
import type { RpcFigures, RpcLoad } from './figures.ts';
import { uploadGuests } from './guests.ts';
import { JspiRoundTrip } from './jspi-round-trip.ts';
import { NetEcho } from './net-echo.ts';

type Language = 'c' | 'js';

interface Way {
  readonly name: string;
  readonly nodes: number;
  readonly lanes: number;
  /** Each vTask has a cell to itself. */
  readonly apart?: boolean;
  /** Of round trips for a sample: enough for the clock of vTasks, which moves in steps of 20 us. */
  readonly batch: number;
}

const WAYS: readonly Way[] = [
  { name: 'within a lane', nodes: 1, lanes: 1, batch: 16 },
  { name: 'between lanes', nodes: 1, lanes: 2, batch: 1 },
  { name: 'between cells', nodes: 1, lanes: 1, apart: true, batch: 1 },
  { name: 'between nodes', nodes: 2, lanes: 1, batch: 1 },
];

const LOAD: RpcLoad = { warmup: 3_000, samples: 10_000, batch: 1, requests: 20_000, inFlight: 64 };
const SHORT: RpcLoad = { warmup: 300, samples: 500, batch: 1, requests: 1_000, inFlight: 64 };
const ROUNDS = 5;

/** Round trips of 64 bytes between two vTasks, wherever they are, beside a bare socket and a bare change of stacks. */
export const rpc: Bench = {
  async run(context) {
    const load = context.short ? SHORT : LOAD;
    const rounds = context.short ? 1 : ROUNDS;
    await using stack = new AsyncDisposableStack();
    const net = stack.use(await NetEcho.start());
    const jspi = await JspiRoundTrip.start();
    const contestants: (() => Promise<RpcFigures>)[] = [];
    for (const way of WAYS) {
      const cluster = stack.use(await startCluster(way, context));
      for (const language of ['c', 'js'] as const)
        contestants.push(() => measure(cluster, language, { ...load, batch: way.batch }));
    }
    context.note(`${rounds} rounds after one to warm up`);
    const bare = (): Promise<RpcFigures> => jspi.measure({ ...load, batch: WAYS[0]!.batch });
    const results = await interleave(rounds, [...contestants, () => net.measure(load), bare]);
    const [netFigures, bareFigures] = results.slice(-2);
    return WAYS.flatMap((way, at) =>
      (['c', 'js'] as const).flatMap((language, offset) =>
        metricsOf(
          `rpc ${way.name}${language === 'js' ? ', QuickJS' : ''}`,
          results[at * 2 + offset]!,
          way === WAYS[0]
            ? { name: 'bare JSPI, same thread', figures: bareFigures! }
            : { name: 'bare node:net', figures: netFigures! },
        ),
      ),
    );
  },
};

async function startCluster(
  way: Way,
  { note, profileDir, threadCells }: BenchContext,
): Promise<Cluster> {
  note(`starts the nodes for: ${way.name}`);
  const { nodes, lanes, apart } = way;
  const directory = profileDir && `${profileDir}/${basename(way.name.replaceAll(' ', '-'))}`;
  const cluster = await Cluster.start({
    nodes,
    lanes,
    threadCells,
    profileDir: directory,
    ...(apart && { cellVtasks: 1 }),
  });
  await uploadGuests(cluster.client);
  return cluster;
}

/** A fresh pair of vTasks: the echo on the last node, the caller on the first; in different lanes if there are two. */
async function measure(
  { client, nodes }: Cluster,
  language: Language,
  { warmup, samples, batch, requests, inFlight }: RpcLoad,
): Promise<RpcFigures> {
  const echo = await start(client, `/bench/echo-${language}`, [], nodes.at(-1)!.id);
  const numbers = [warmup, samples, batch, requests, inFlight].map(String);
  const output = await runToEnd(
    client,
    `/bench/caller-${language}`,
    [echo, ...numbers],
    nodes[0]!.id,
  );
  await valueOf(client.vtask.kill(echo));
  const [p50, p99, messages, perSecond] = output.trim().split(' ').map(Number);
  return { p50: p50! / 1_000, p99: p99! / 1_000, messages: messages!, requests: perSecond! };
}

function metricsOf(
  name: string,
  ours: readonly RpcFigures[],
  other: { name: string; figures: readonly RpcFigures[] },
): Metric[] {
  const figures = [
    { key: 'p50', label: 'p50', unit: 'us', rate: false },
    { key: 'p99', label: 'p99', unit: 'us', rate: false },
    { key: 'messages', label: 'messages, one by one', unit: '1/s', rate: true },
    { key: 'requests', label: '64 in flight', unit: '1/s', rate: true },
  ] as const;
  return figures.map(({ key, label, unit, rate }) =>
    metric({
      name: `${name}, ${label}`,
      unit,
      rate,
      samples: ours.map((each) => each[key]),
      baseline: { name: other.name, samples: other.figures.map((each) => each[key]) },
    }),
  );
}
