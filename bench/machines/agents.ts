import { readFileSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { cpuShare, memoryUsed } from '../process/usage.ts';
import { metric } from '../report/metric.ts';
import { allAnswered, make, openStage, remove, untilNone, type Stage } from './stage.ts';

const HYPERVISOR = 'qemu-system-';
const LOOK_EVERY_MS = 50;

/** Of a node and its cells, whatever its hypervisors take. */
interface Usage {
  /** PSS, in bytes. */
  readonly memory: number;
  /** Of a core. */
  readonly cpu: number;
}

/** What machines that run and do nothing cost their node beside their hypervisors. */
export const agents: Bench = {
  async run({ short, note }) {
    const [count, rounds, windowMs] = short ? [2, 1, 500] : [20, 3, 20_000];
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    const each: Usage[] = [];
    const held: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} idle ones, ${round + 1} of ${rounds}`);
      await untilNone(stage, LOOK_EVERY_MS);
      const without = await usage(cluster.pids, windowMs);
      const made = await make(stage, { name: `i${round}`, count, paused: false });
      await allAnswered(stage, made);
      const withAll = await usage(cluster.pids, windowMs);
      each.push({
        memory: (withAll.memory - without.memory) / count,
        cpu: (withAll.cpu - without.cpu) / count,
      });
      held.push(await linearMemory(stage, made[0]!.vtid!));
      await remove(stage, made);
    }
    return [
      metric({
        name: 'memory of an agent and all that a node keeps for its machine, PSS',
        unit: 'MB',
        samples: each.map(({ memory }) => memory / 1e6),
      }),
      metric({
        name: 'linear memory of an agent',
        unit: 'MB',
        samples: held.map((bytes) => bytes / 1e6),
      }),
      metric({
        name: 'of a core, for an agent of an idle machine',
        unit: '%',
        samples: each.map(({ cpu }) => cpu * 100),
      }),
    ];
  },
};

async function usage(pids: readonly number[], windowMs: number): Promise<Usage> {
  const cpu = await cpuShare(pids, windowMs, isHypervisor);
  return { memory: (await memoryUsed(pids, isHypervisor)).pss, cpu };
}

async function linearMemory({ client }: Stage, vtid: string): Promise<number> {
  const found = await client.vtask.info(vtid);
  if (!found.ok) throw new Error(`no agent: ${JSON.stringify(found.error)}`);
  return found.value.memoryBytes;
}

/** Or one of the programs around it, whose words say what they start. */
function isHypervisor(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(HYPERVISOR);
  } catch {
    return true; // it has ended meanwhile, as only they do
  }
}
