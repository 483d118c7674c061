import { decode, encode } from 'cborg';
import { DONE_WITHIN_MS, type MachineInfo } from '#cli/machine/master.ts';
import type { Stats } from '#posiv-wit/generated/machine.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { cpuSeconds } from '../process/usage.ts';
import { optionalBaseline } from '../installed.ts';
import { metric, type Metric, type MetricInit } from '../report/metric.ts';
import { RAW, RawQemu, type Clones } from './raw-qemu.ts';
import {
  allAnswered,
  ANSWER,
  make,
  openStage,
  QUESTION,
  remove,
  SHAPE,
  type Stage,
} from './stage.ts';

const WITHIN_MS = 30_000;

/** Copies of a template on one node, beside the same copies by a script, by turns. */
export const machines: Bench = {
  async run({ short, note }) {
    const [count, few, rounds] = short ? [4, 2, 1] : [200, 10, 3];
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    await using raw = await RawQemu.prepare(SHAPE, 'default');

    const own: Clones[] = [];
    const theirs: (Clones | undefined)[] = [];
    const answers: Clones[] = [];
    const theirAnswers: (Clones | undefined)[] = [];
    const moves: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} paused, ${round + 1} of ${rounds}`);
      own.push(await paused(stage, cluster.pids, `p${round}`, count));
      theirs.push(await raw.clones(count));
      note('ten that answer, one that is suspended and resumed');
      answers.push(await answering(stage, cluster.pids, `a${round}`, few));
      theirAnswers.push(await raw.answering(few, QUESTION, ANSWER));
      moves.push(await move(stage, `s${round}`));
    }
    return [
      ...clonesMetrics(`${count} machines made, paused`, own, theirs),
      ...clonesMetrics(`${few} machines made and answering`, answers, theirAnswers),
      metric({ name: 'one suspended into vStore and resumed', unit: 's', samples: moves }),
    ];
  },
};

/** @param name of what was made */
function clonesMetrics(
  name: string,
  own: readonly Clones[],
  theirs: readonly (Clones | undefined)[],
): Metric[] {
  const beside = (of: (clones: Clones) => number): Pick<MetricInit, 'samples' | 'baseline'> => ({
    samples: own.map(of),
    baseline: optionalBaseline(
      RAW,
      theirs.map((each) => each && of(each)),
    ),
  });
  return [
    metric({ name, unit: 's', ...beside(({ seconds }) => seconds) }),
    // On a busy machine what machines take, and hypervisors are nice to their node: those of a script are not.
    metric({
      name: `${name}: processor time of each`,
      unit: 'ms',
      ...beside(({ cpu, count }) => (cpu * 1_000) / count),
    }),
    metric({ name: `${name}: memory of each, PSS`, unit: 'MB', ...beside(({ pss }) => pss / 1e6) }),
  ];
}

async function paused(
  stage: Stage,
  pids: readonly number[],
  name: string,
  count: number,
): Promise<Clones> {
  return clones(stage, pids, () => make(stage, { name, count, paused: true }));
}

/** Each has answered on its console. */
async function answering(
  stage: Stage,
  pids: readonly number[],
  name: string,
  count: number,
): Promise<Clones> {
  return clones(stage, pids, async () => {
    const made = await make(stage, { name, count, paused: false });
    await allAnswered(stage, made);
    return made;
  });
}

/** What it took to make some, which are removed then. */
async function clones(
  stage: Stage,
  pids: readonly number[],
  work: () => Promise<readonly MachineInfo[]>,
): Promise<Clones> {
  const [began, before] = [performance.now(), cpuSeconds(pids)];
  const made = await work();
  const seconds = (performance.now() - began) / 1_000;
  const cpu = cpuSeconds(pids) - before;
  const all = await Promise.all(made.map(({ vtid }) => statsOf(stage, vtid!)));
  const pss = all.reduce((sum, { memoryUsed }) => sum + memoryUsed, 0) / made.length;
  await remove(stage, made);
  return { count: made.length, seconds, pss, cpu };
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
