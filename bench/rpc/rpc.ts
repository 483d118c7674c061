import { basename } from 'node:path';
import type { Bench, BenchContext } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { runToEnd, start, valueOf } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { lunaticProcesses } from '../lunatic/lunatic.ts';
import { rayActors } from '../ray/ray.ts';
import { number } from '../report/table.ts';
import { besides, metricsOf } from './comparison.ts';
import { erlangNodes, erlangProcesses } from './erlang.ts';
import type { RpcFigures, RpcLoad } from './figures.ts';
import { uploadGuests } from './guests.ts';
import { JspiRoundTrip } from './jspi-round-trip.ts';
import { NetEcho } from './net-echo.ts';
import { grpc, nats, zeromq } from './node-systems.ts';
import { Streams } from './streams.ts';
import { bare, type Measured, type System } from './system.ts';

type Language = 'c' | 'js';

interface Way {
  readonly name: string;
  readonly nodes: number;
  readonly lanes: number;
  /** Each vTask has a cell to itself. */
  readonly apart?: boolean;
  /** Whether many send to one, too: not where there is no saying in which lane they are. */
  readonly streams: boolean;
  /** What it is measured beside. */
  readonly beside: 'thread' | 'socket' | 'systems';
  /** Of round trips for a sample: enough for the clock of vTasks, which moves in steps of 20 us. */
  readonly batch: number;
}

const WAYS: readonly Way[] = [
  { name: 'within a lane', nodes: 1, lanes: 1, streams: true, beside: 'thread', batch: 16 },
  { name: 'between lanes', nodes: 1, lanes: 2, streams: false, beside: 'socket', batch: 1 },
  {
    name: 'between cells',
    nodes: 1,
    lanes: 1,
    apart: true,
    streams: true,
    beside: 'systems',
    batch: 1,
  },
  { name: 'between nodes', nodes: 2, lanes: 1, streams: true, beside: 'systems', batch: 1 },
];

// Of 3,000 round trips the 99th percentile is the 30th from the end; what a machine does besides changes more between rounds.
const LOAD: RpcLoad = { warmup: 500, samples: 3_000, batch: 1, requests: 10_000, inFlight: 64 };
const SHORT: RpcLoad = { warmup: 50, samples: 200, batch: 1, requests: 1_000, inFlight: 64 };
const ROUNDS = 5;

interface Contestant {
  readonly name: string;
  /** Undefined where it is not installed. */
  measure(): Promise<Measured | undefined>;
}

/** Round trips and messages of 64 bytes between two vTasks, wherever they are, beside what others do between two ends. */
export const rpc: Bench = {
  async run(context) {
    const load = context.short ? SHORT : LOAD;
    const rounds = context.short ? 1 : ROUNDS;
    await using stack = new AsyncDisposableStack();
    const net = bare('bare node:net', stack.use(await NetEcho.start()));
    const within = [
      bare('bare JSPI, same thread', await JspiRoundTrip.start()),
      erlangProcesses,
      lunaticProcesses,
    ];
    const between = [net, erlangNodes, zeromq, nats, grpc, rayActors];
    const ours: Contestant[] = [];
    for (const way of WAYS) ours.push(...(await contestants(way, load, context, stack)));
    const systems: readonly System[] = [...within, ...between];
    const contesting: readonly Contestant[] = [
      ...ours,
      ...within.map((each) => measuring(each, { ...load, batch: WAYS[0]!.batch })),
      ...between.map((each) => measuring(each, load)),
    ];
    const results = await interleave<Measured | undefined>(
      rounds,
      contesting.map((each) => () => turn(each, context)),
    );
    const all = besides(systems, results.slice(ours.length));
    for (const { name, figures } of all) if (figures.length === 0) context.note(name);
    const beside = {
      thread: all.slice(0, within.length),
      socket: all.slice(within.length, within.length + 1),
      systems: all.slice(within.length),
    };
    return WAYS.flatMap((way, at) => {
      const [c, js] = results.slice(at * 2) as Measured[][];
      const others = beside[way.beside];
      return [
        ...metricsOf(`rpc ${way.name}`, c!, others),
        ...metricsOf(`rpc ${way.name}, QuickJS`, js!, others.slice(0, 1)),
      ];
    });
  },
};

/** What is measured of one way, in C and in QuickJS. */
async function contestants(
  way: Way,
  load: RpcLoad,
  context: BenchContext,
  stack: AsyncDisposableStack,
): Promise<readonly Contestant[]> {
  const cluster = stack.use(await startCluster(way, context, way.apart ? 1 : undefined));
  await uploadGuests(cluster.client);
  // As many in a cell as there are senders: the other end is in another one.
  const streaming = way.apart
    ? stack.use(await startCluster(way, context, load.inFlight))
    : cluster;
  const streams = way.streams ? await Streams.start(streaming, load) : undefined;
  const each = { ...load, batch: way.batch };
  const inC = async (): Promise<Measured> => {
    const figures = await measure(cluster, 'c', each);
    const stream = await streams?.measure();
    return { version: '', figures: { ...figures, ...(stream !== undefined && { stream }) } };
  };
  const inQuickJs = async (): Promise<Measured> => {
    return { version: '', figures: await measure(cluster, 'js', each) };
  };
  return [
    { name: way.name, measure: inC },
    { name: `${way.name}, QuickJS`, measure: inQuickJs },
  ];
}

function measuring(system: System, load: RpcLoad): Contestant {
  return { name: system.name, measure: () => system.measure(load) };
}

/** Takes its turn, and says what came of it, for whoever waits. */
async function turn(one: Contestant, { note }: BenchContext): Promise<Measured | undefined> {
  const measured = await one.measure();
  if (measured) note(`${one.name}: ${number(measured.figures.p50)} us`);
  return measured;
}

async function startCluster(
  way: Way,
  { note, profileDir, threadCells }: BenchContext,
  cellVtasks?: number,
): Promise<Cluster> {
  note(`starts the nodes for: ${way.name}`);
  const { nodes, lanes } = way;
  const directory = profileDir && `${profileDir}/${basename(way.name.replaceAll(' ', '-'))}`;
  return await Cluster.start({
    nodes,
    lanes,
    threadCells,
    profileDir: directory,
    ...(cellVtasks !== undefined && { cellVtasks }),
  });
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
