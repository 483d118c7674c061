import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { buildC } from '../cluster/c-guest.ts';
import { Cluster } from '../cluster/cluster.ts';
import { runToEnd, upload } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { erlangSpawn } from './erlang.ts';
import { metric, type Metric } from '../report/metric.ts';

const ROUNDS = 5;
const COUNT = 20_000;
const SHORT_COUNT = 100;
const AT_ONCE = 64;
const INSTANCES = 2_000;

/** From `new` to the notice of the exit, for a vTask that does nothing, beside an instance of the same module. */
export const spawn: Bench = {
  async run({ short, profileDir, threadCells, note }) {
    const count = String(short ? SHORT_COUNT : COUNT);
    await using cluster = await Cluster.start({ nodes: 1, lanes: 1, profileDir, threadCells });
    const { client, nodes } = cluster;
    note('builds and stores the guests');
    await upload(client, '/bench/spawner', await buildC(source('spawner.c')));
    await upload(client, '/bench/component', await buildC(source('nothing.c')));
    const core = await buildC(source('nothing.c'), 'core');
    await upload(client, '/bench/core', core);
    const module = await WebAssembly.compile(core as BufferSource);
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
    const results = await interleave(short ? 1 : ROUNDS, [
      ...ways.map(
        ({ image, atOnce }) =>
          () =>
            spawned(image, atOnce),
      ),
      async () => instantiate(module),
      () => erlangSpawn(1),
      () => erlangSpawn(AT_ONCE),
    ]);
    const [instances, one, many] = results.slice(-3);
    const bare = { name: 'bare new WebAssembly.Instance', samples: instances as number[] };
    return ways.flatMap(({ name, atOnce }, at): Metric[] => {
      const samples = results[at] as number[];
      const rates = samples.map((us) => 1e6 / us);
      const title = `spawn to exit, ${name}`;
      const erlang = erlangBaseline(atOnce === 1 ? one! : many!);
      return [
        metric({ name: title, unit: 'us', samples, baseline: bare }),
        metric({ name: title, unit: 'us', samples, baseline: erlang }),
        metric({ name: `spawns, ${name}`, unit: '1/s', samples: rates, rate: true }),
      ];
    });
  },
};

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

/** Microseconds for an instance, whose imports do nothing. */
function instantiate(module: WebAssembly.Module): number {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = () => 0;
  const start = performance.now();
  for (let i = 0; i < INSTANCES; i++) void new WebAssembly.Instance(module, imports);
  return ((performance.now() - start) * 1_000) / INSTANCES;
}
