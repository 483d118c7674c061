import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'cborg';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { storeTemplate } from '#cli/machine/template/stored-template.ts';
import { talk } from '#cli/machine/typing.ts';
import { DONE_WITHIN_MS, MachineMaster, type MachineInfo } from '#cli/machine/master.ts';
import { cacheDir } from '#cli/folders.ts';
import type { PosivClient } from '#node/control/client.ts';
import type { Stats } from '#posiv-wit/generated/machine.ts';
import { suits } from '#services/machine/backends/kinds.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { cpuSeconds } from '../process/usage.ts';
import { optionalBaseline } from '../installed.ts';
import { metric, type Metric } from '../report/metric.ts';
import { RAW, RawClones, type Clones } from './raw-clones.ts';

const SHAPE = { memory: 64 << 20, processors: 1, disk: 2 * 2 ** 30 };
const TEMPLATE = 'debian';
const LOOK_EVERY_MS = 50;
const WITHIN_MS = 30_000;

interface Stage {
  readonly client: PosivClient;
  readonly master: MachineMaster;
  readonly signal: AbortSignal;
}

/** Copies of a template on one node, beside the same copies by a script, by turns. */
export const machines: Bench = {
  async run({ short, note }) {
    const [count, rounds] = short ? [4, 1] : [200, 3];
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const { client } = cluster;
    const [host] = await client.hosts.list();
    if (host && !suits(host.backends, undefined)) {
      note(`not run: ${host.missing.join('; ')}`);
      return [];
    }
    const { signal } = new AbortController();
    note('the template is fetched and started, where it was not before');
    const recipe = await debianRecipe(cacheDir(), { signal, onStep: () => {} });
    await storeTemplate(client, TEMPLATE, recipe, signal);
    const master = await MachineMaster.of(client, signal, () => {});
    const stage = { client, master, signal };
    await using raw = await RawClones.prepare(SHAPE, 'default');
    await make(stage, 'warm', 1, true);

    const own: Clones[] = [];
    const theirs: (Clones | undefined)[] = [];
    const answering: number[] = [];
    const moves: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} paused, ${round + 1} of ${rounds}`);
      own.push(await paused(stage, cluster.pids, `p${round}`, count));
      theirs.push(await raw.make(count));
      note('ten that answer, one that is suspended and resumed');
      answering.push(await answer(stage, `a${round}`, short ? 2 : 10));
      moves.push(await move(stage, `s${round}`));
    }
    return metricsOf(count, own, theirs, answering, moves, short ? 2 : 10);
  },
};

function metricsOf(
  count: number,
  own: readonly Clones[],
  theirs: readonly (Clones | undefined)[],
  answering: readonly number[],
  moves: readonly number[],
  few: number,
): Metric[] {
  return [
    metric({
      name: `${count} machines made, paused`,
      unit: 's',
      samples: own.map(({ seconds }) => seconds),
      baseline: optionalBaseline(
        RAW,
        theirs.map((each) => each?.seconds),
      ),
    }),
    // On a busy machine what machines take, and hypervisors are nice to their node: those of a script are not.
    metric({
      name: 'processor time of making one',
      unit: 'ms',
      samples: own.map(({ cpu }) => (cpu * 1_000) / count),
      baseline: optionalBaseline(
        RAW,
        theirs.map((each) => each && (each.cpu * 1_000) / count),
      ),
    }),
    metric({
      name: 'memory of each, PSS',
      unit: 'MB',
      samples: own.map(({ pss }) => pss / 1e6),
      baseline: optionalBaseline(
        RAW,
        theirs.map((each) => each && each.pss / 1e6),
      ),
    }),
    metric({ name: `${few} machines made and answering`, unit: 's', samples: answering }),
    metric({ name: 'one suspended into vStore and resumed', unit: 's', samples: moves }),
  ];
}

async function paused(
  stage: Stage,
  pids: readonly number[],
  name: string,
  count: number,
): Promise<Clones> {
  const [began, before] = [performance.now(), cpuSeconds(pids)];
  const made = await make(stage, name, count, true);
  const seconds = (performance.now() - began) / 1_000;
  const cpu = cpuSeconds(pids) - before;
  const all = await Promise.all(made.map(({ vtid }) => statsOf(stage, vtid!)));
  const pss = all.reduce((sum, { memoryUsed }) => sum + memoryUsed, 0) / count;
  await remove(stage, made);
  return { seconds, pss, cpu };
}

/** Seconds until each of some has answered on its console. */
async function answer(stage: Stage, name: string, count: number): Promise<number> {
  const began = performance.now();
  const made = await make(stage, name, count, false);
  await Promise.all(
    made.map(({ vtid }) =>
      talk(stage.client, vtid!, 'echo sum-$((40+2))\n', 'sum-42', stage.signal),
    ),
  );
  const seconds = (performance.now() - began) / 1_000;
  await remove(stage, made);
  return seconds;
}

async function move(stage: Stage, name: string): Promise<number> {
  const made = await make(stage, name, 1, false);
  const began = performance.now();
  for (const action of ['suspend', 'resume'])
    await stage.master.ask('act', { name, action, node: '' }, DONE_WITHIN_MS);
  const seconds = (performance.now() - began) / 1_000;
  await remove(stage, made);
  return seconds;
}

/** @throws where one fails: then the figure would be of something else */
async function make(
  { master, signal }: Stage,
  name: string,
  count: number,
  isPaused: boolean,
): Promise<readonly MachineInfo[]> {
  const request = {
    name,
    count,
    template: TEMPLATE,
    shape: SHAPE,
    restart: 'never',
    paused: isPaused,
    backend: null,
  };
  await master.ask('create', request);
  for (;;) {
    const made = (await master.list()).filter(({ group }) => group === name);
    const failed = made.find(({ state }) => state === 'failed');
    if (failed) throw new Error(`${failed.name} failed: ${failed.error}`);
    if (made.every(({ vtid }) => vtid !== null)) return made;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function statsOf({ client }: Stage, vtid: string): Promise<Stats> {
  const answered = await client.ipc.rpc(vtid, 'stats', WITHIN_MS, encode({}));
  if (!answered.ok) throw new Error(`no stats: ${JSON.stringify(answered.error)}`);
  return decode(answered.value) as Stats;
}

async function remove({ master }: Stage, made: readonly MachineInfo[]): Promise<void> {
  for (const { name } of made) await master.ask('remove', { name });
}
