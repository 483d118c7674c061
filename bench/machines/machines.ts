import { decode, encode } from 'cborg';
import { DONE_WITHIN_MS } from '#cli/machine/master.ts';
import type { Stats } from '#posiv-wit/generated/machine.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { cpuSeconds } from '../process/usage.ts';
import { optionalBaseline } from '../installed.ts';
import { metric, type Metric } from '../report/metric.ts';
import { RAW, RawQemu, type Clones } from './raw-qemu.ts';
import { allAnswered, make, openStage, remove, SHAPE, type Stage } from './stage.ts';

const WITHIN_MS = 30_000;

/** Copies of a template on one node, beside the same copies by a script, by turns. */
export const machines: Bench = {
  async run({ short, note }) {
    const [count, rounds] = short ? [4, 1] : [200, 3];
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    await using raw = await RawQemu.prepare(SHAPE, 'default');

    const own: Clones[] = [];
    const theirs: (Clones | undefined)[] = [];
    const answers: number[] = [];
    const moves: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} paused, ${round + 1} of ${rounds}`);
      own.push(await paused(stage, cluster.pids, `p${round}`, count));
      theirs.push(await raw.clones(count));
      note('ten that answer, one that is suspended and resumed');
      answers.push(await answer(stage, `a${round}`, short ? 2 : 10));
      moves.push(await move(stage, `s${round}`));
    }
    return metricsOf(count, own, theirs, answers, moves, short ? 2 : 10);
  },
};

function metricsOf(
  count: number,
  own: readonly Clones[],
  theirs: readonly (Clones | undefined)[],
  answers: readonly number[],
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
    metric({ name: `${few} machines made and answering`, unit: 's', samples: answers }),
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
  const made = await make(stage, { name, count, paused: true });
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
  const made = await make(stage, { name, count, paused: false });
  await allAnswered(stage, made);
  const seconds = (performance.now() - began) / 1_000;
  await remove(stage, made);
  return seconds;
}

async function move(stage: Stage, name: string): Promise<number> {
  const made = await make(stage, { name, count: 1, paused: false });
  const began = performance.now();
  for (const action of ['suspend', 'resume'])
    await stage.master.ask('act', { name, action, node: '' }, DONE_WITHIN_MS);
  const seconds = (performance.now() - began) / 1_000;
  await remove(stage, made);
  return seconds;
}

async function statsOf({ client }: Stage, vtid: string): Promise<Stats> {
  const answered = await client.ipc.rpc(vtid, 'stats', WITHIN_MS, encode({}));
  if (!answered.ok) throw new Error(`no stats: ${JSON.stringify(answered.error)}`);
  return decode(answered.value) as Stats;
}
