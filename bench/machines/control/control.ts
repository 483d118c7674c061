import { fileURLToPath } from 'node:url';
import type { Bench } from '../../bench.ts';
import { Cluster } from '../../cluster/cluster.ts';
import { cpuSeconds, cpuShare, memoryUsed } from '../../process/usage.ts';
import { metric, type Metric } from '../../report/metric.ts';
import { make, openStage, remove, untilNone, type Stage } from '../stage.ts';

const MEMBER = fileURLToPath(new URL('simulated-member.ts', import.meta.url));
/** What is asked meanwhile is paid for by those who are measured. */
const LOOK_EVERY_MS = 1_000;

interface Round {
  /** Until all are there: seconds by the clock, and of processors. */
  readonly made: { readonly seconds: number; readonly cpu: number };
  /** Processor time that all of them take in a second while nothing is asked, beyond what the node takes without, in seconds. */
  readonly idle: number;
  /** Memory of the node and its cells for each of them, PSS, in bytes. */
  readonly memory: number;
  readonly removed: number;
}

/** Machines that nobody runs: what is left is the node, the master and the agents. */
export const control: Bench = {
  async run({ short, note, profileDir, threadCells, creations }) {
    const [rounds, windowMs] = short ? [1, 500] : [3, 20_000];
    const count = creations ?? (short ? 20 : 1_000);
    const init = { nodes: 1, lanes: 2, member: MEMBER, profileDir, threadCells };
    await using cluster = await Cluster.start(init);
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    const all: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} made, kept and removed, ${round + 1} of ${rounds}`);
      all.push(await measure(stage, cluster.pids, { name: `c${round}`, count, windowMs }));
    }
    return metricsOf(count, all);
  },
};

async function measure(
  stage: Stage,
  pids: readonly number[],
  { name, count, windowMs }: { name: string; count: number; windowMs: number },
): Promise<Round> {
  await untilNone(stage, LOOK_EVERY_MS);
  const without = await cpuShare(pids, windowMs);
  const held = (await memoryUsed(pids)).pss;
  const [began, before] = [performance.now(), cpuSeconds(pids)];
  const made = await make(stage, { name, count, paused: false, lookEveryMs: LOOK_EVERY_MS });
  const figures = {
    seconds: (performance.now() - began) / 1_000,
    cpu: cpuSeconds(pids) - before,
  };
  const idle = (await cpuShare(pids, windowMs)) - without;
  const each = ((await memoryUsed(pids)).pss - held) / count;
  const ending = cpuSeconds(pids);
  await remove(stage, made);
  await untilNone(stage, LOOK_EVERY_MS);
  return { made: figures, idle, memory: each, removed: cpuSeconds(pids) - ending };
}

function metricsOf(count: number, all: readonly Round[]): Metric[] {
  const many = `${count} simulated machines`;
  return [
    metric({ name: `${many}, made`, unit: 's', samples: all.map(({ made }) => made.seconds) }),
    metric({
      name: `${many}, made: processor time`,
      unit: 's',
      samples: all.map(({ made }) => made.cpu),
    }),
    metric({
      name: `${many}, idle: processor time in a second`,
      unit: 'ms',
      samples: all.map(({ idle }) => idle * 1_000),
    }),
    metric({
      name: 'memory of each, PSS',
      unit: 'MB',
      samples: all.map(({ memory }) => memory / 1e6),
    }),
    metric({
      name: `${many}, removed: processor time`,
      unit: 's',
      samples: all.map(({ removed }) => removed),
    }),
  ];
}
