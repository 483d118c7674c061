import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench } from '../bench.ts';
import { cacheDir } from '#cli/folders.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { buildC } from '../cluster/c-guest.ts';
import { Cluster } from '../cluster/cluster.ts';
import { runToEnd, upload } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { optionalBaseline } from '../installed.ts';
import { CONTAINER, Containers } from './containers.ts';
import { ERLANG, erlangSpawn } from './erlang.ts';
import { firstWords } from './first-word.ts';
import { bareInstance, Instances } from './instances.ts';
import { ON_DEMAND, POOLED, type WasmtimeFigures, wasmtimeInstances } from './wasmtime.ts';
import { LUNATIC_PROCESS, lunaticSpawn } from '../lunatic/lunatic.ts';
import { RAY_ACTOR, RAY_TASK, rayActor, rayTask } from '../ray/ray.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';

const ROUNDS = 5;
const COUNT = 20_000;
const SHORT_COUNT = 100;
const AT_ONCE = 64;
const PROCESSES = 200;

const runFile = promisify(execFile);

/** What a spawn is measured beside. */
interface Other {
  readonly name: string;
  /** What a machine needs that does not have it. */
  readonly install?: string;
  /** Whether it can have several at a time. */
  readonly counts?: true;
  /** Microseconds for each; undefined where it is not installed. */
  measure(atOnce: number): Promise<number | undefined>;
}

/** From `new` to the notice of the exit, for a vTask that does nothing, beside an instance of the same module. */
export const spawn: Bench = {
  async run({ short, profileDir, threadCells, note }) {
    const count = String(short ? SHORT_COUNT : COUNT);
    await using cluster = await Cluster.start({ nodes: 1, lanes: 1, profileDir, threadCells });
    const { client, nodes } = cluster;
    note('builds and stores the guests');
    await upload(client, '/bench/spawner', await buildC(source('spawner.c')));
    const component = await buildC(source('nothing.c'));
    await upload(client, '/bench/component', component);
    const core = await buildC(source('nothing.c'), 'core');
    await upload(client, '/bench/core', core);
    const module = await WebAssembly.compile(core as BufferSource);
    const typescript = await buildTypescriptGuest(
      {
        entry: fileURLToPath(new URL('../../guests/typescript/examples/hello.ts', import.meta.url)),
      },
      { cacheDir: cacheDir() },
    );
    const speaks = await buildC(source('speaks.c'), 'core');
    const spawned = async (image: string, atOnce: number): Promise<number> => {
      const cmd = [image, count, String(atOnce)];
      return Number(await runToEnd(client, '/bench/spawner', cmd, nodes[0]!.id)) / Number(count);
    };
    const ways = [
      { name: 'core module, one by one', image: '/bench/core', atOnce: 1 },
      { name: `core module, ${AT_ONCE} at once`, image: '/bench/core', atOnce: AT_ONCE },
      { name: 'component, one by one', image: '/bench/component', atOnce: 1 },
      { name: `component, ${AT_ONCE} at once`, image: '/bench/component', atOnce: AT_ONCE },
    ];
    await using containers = await Containers.prepare();
    const others: readonly Other[] = [
      { name: 'bare new WebAssembly.Instance', measure: async () => bareInstance(module) },
      { ...ERLANG, counts: true, measure: erlangSpawn },
      { ...LUNATIC_PROCESS, counts: true, measure: lunaticSpawn },
      { name: 'fork and exec of /bin/true', measure: processes },
      { ...CONTAINER, measure: async () => containers?.each() },
      { ...RAY_TASK, counts: true, measure: rayTask },
      { ...RAY_ACTOR, measure: rayActor },
    ];
    const besides = others.flatMap((other) =>
      (other.counts ? [1, AT_ONCE] : [1]).map((atOnce) => ({ other, atOnce })),
    );
    note('measures');
    const rounds = short ? 1 : ROUNDS;
    const results = await interleave<number | undefined>(rounds, [
      ...ways.map(
        ({ image, atOnce }) =>
          () =>
            spawned(image, atOnce),
      ),
      ...besides.map(
        ({ other, atOnce }) =>
          () =>
            other.measure(atOnce),
      ),
    ]);
    const baselines = besides.map(({ other: { name, install = '', counts }, atOnce }, at) => ({
      baseline: optionalBaseline({ name, install }, results[ways.length + at]!),
      suits: (asked: number) => !counts || asked === atOnce,
    }));
    const spawns = ways.flatMap(({ name, atOnce }, at): Metric[] => {
      const samples = results[at] as number[];
      const rates = samples.map((us) => 1e6 / us);
      const title = `spawn to exit, ${name}`;
      return [
        ...baselines
          .filter(({ suits }) => suits(atOnce))
          .map(({ baseline }) => metric({ name: title, unit: 'us', samples, baseline })),
        metric({ name: `spawns, ${name}`, unit: '1/s', samples: rates, rate: true }),
      ];
    });
    note('measures instances in this process');
    const images = { core, component, typescript };
    return [...spawns, ...(await instanceMetrics(images, module, speaks, rounds))];
  },
};

/** What of a spawn is an instance, and how long a new vTask takes to say something. */
async function instanceMetrics(
  images: Readonly<Record<'core' | 'component' | 'typescript', Uint8Array>>,
  module: WebAssembly.Module,
  speaks: Uint8Array,
  rounds: number,
): Promise<Metric[]> {
  const core = await Instances.of(images.core);
  const component = await Instances.of(images.component);
  const typescript = await Instances.of(images.typescript);
  const wasmtime: (WasmtimeFigures | undefined)[] = [];
  const [words, bare, , ...made] = await interleave(rounds, [
    () => firstWords(speaks),
    async () => [bareInstance(module)],
    async () => {
      wasmtime.push(await wasmtimeInstances(images.core));
      return [];
    },
    ...[core, component, typescript].flatMap((each) => [
      async () => [await each.fresh()],
      async () => [await each.recycled()],
    ]),
  ]);
  const baseline = { name: 'bare new WebAssembly.Instance', samples: bare!.flat() };
  const shares = [0.5, 0.99].map((share) => ({
    name: `new to first word, recycled, in a lane of this process, p${share * 100}`,
    samples: words!.map((each) => percentile(each, share)),
  }));
  const beside = [
    { name: 'an instance, made new', init: ON_DEMAND, key: 'onDemand', samples: made[0]! },
    { name: 'an instance, recycled', init: POOLED, key: 'pooled', samples: made[1]! },
  ] as const;
  const others = beside.map(({ name, init, key, samples }) =>
    metric({
      name,
      unit: 'us',
      samples: samples.flat(),
      baseline: optionalBaseline(
        init,
        wasmtime.slice(-rounds).map((each) => each?.[key]), // what came before warmed up
      ),
    }),
  );
  const ours = [
    ...shares,
    ...[
      'an instance',
      'an instance of a component',
      'an instance of a guest in TypeScript',
    ].flatMap((name, at) => [
      { name: `${name}, made new`, samples: made[at * 2]!.flat() },
      { name: `${name}, recycled`, samples: made[at * 2 + 1]!.flat() },
    ]),
  ].map((each) => metric({ ...each, unit: 'us', baseline }));
  return [...ours, ...others];
}

function source(name: string): string {
  return fileURLToPath(new URL(`./guests/${name}`, import.meta.url));
}

/** Microseconds for a process that does nothing, started and waited for by a shell, which is small and so quick to fork. */
async function processes(): Promise<number> {
  const start = performance.now();
  const loop = `i=0; while [ $i -lt ${PROCESSES} ]; do /bin/true; i=$((i+1)); done`;
  await runFile('sh', ['-c', loop]);
  return ((performance.now() - start) * 1_000) / PROCESSES;
}
