import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { cacheDir } from '#cli/folders.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { buildC } from '../cluster/c-guest.ts';
import { Cluster } from '../cluster/cluster.ts';
import { runToEnd, upload } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { erlangSpawn } from './erlang.ts';
import { firstWords } from './first-word.ts';
import { bareInstance, Instances } from './instances.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';

const ROUNDS = 5;
const COUNT = 20_000;
const SHORT_COUNT = 100;
const AT_ONCE = 64;
const PROCESSES = 50;

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
    note('measures');
    const rounds = short ? 1 : ROUNDS;
    const results = await interleave(rounds, [
      ...ways.map(
        ({ image, atOnce }) =>
          () =>
            spawned(image, atOnce),
      ),
      async () => bareInstance(module),
      async () => process(),
      () => erlangSpawn(1),
      () => erlangSpawn(AT_ONCE),
    ]);
    const [bareOnes, processes, one, many] = results.slice(-4);
    const bare = { name: 'bare new WebAssembly.Instance', samples: bareOnes as number[] };
    const byProcess = { name: 'spawnSync of /bin/true', samples: processes as number[] };
    const spawns = ways.flatMap(({ name, atOnce }, at): Metric[] => {
      const samples = results[at] as number[];
      const rates = samples.map((us) => 1e6 / us);
      const title = `spawn to exit, ${name}`;
      const erlang = erlangBaseline(atOnce === 1 ? one! : many!);
      return [
        metric({ name: title, unit: 'us', samples, baseline: bare }),
        metric({ name: title, unit: 'us', samples, baseline: erlang }),
        metric({ name: title, unit: 'us', samples, baseline: byProcess }),
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
  const [words, bare, ...made] = await interleave(rounds, [
    () => firstWords(speaks),
    async () => [bareInstance(module)],
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
  return [
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
}

function erlangBaseline(samples: readonly (number | undefined)[]): {
  name: string;
  samples: readonly number[];
} {
  const known = samples.filter((us) => us !== undefined);
  if (known.length < samples.length)
    return { name: 'an Erlang process (not run: apt install erlang-base)', samples: [] };
  return { name: 'an Erlang process', samples: known };
}

function source(name: string): string {
  return fileURLToPath(new URL(`./guests/${name}`, import.meta.url));
}

/** Microseconds for a process that does nothing, started and waited for. */
function process(): number {
  const start = performance.now();
  for (let count = 0; count < PROCESSES; count++) spawnSync('/bin/true');
  return ((performance.now() - start) * 1_000) / PROCESSES;
}
