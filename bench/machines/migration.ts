import { DONE_WITHIN_MS } from '#cli/machine/master.ts';
import { talk } from '#cli/machine/typing.ts';
import type { Move } from '#posiv-wit/generated/machine.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { optionalBaseline } from '../installed.ts';
import { metric, type Metric } from '../report/metric.ts';
import { RAW_MOVES, RawQemu } from './raw-qemu.ts';
import { make, openStage, remove, SHAPE, type Stage } from './stage.ts';

/** What a machine does while it is moved: what is typed, and what it says then. */
const LOADS = [
  { name: 'idle', words: "echo rea''dy\n", answer: 'ready' },
  {
    name: 'writing 4 MiB over and over',
    words:
      'dd if=/dev/urandom of=/tmp/a bs=64k count=64; ' +
      "while :; do dd if=/tmp/a of=/tmp/b bs=64k conv=notrunc 2>/dev/null; done & echo rea''dy\n",
    answer: 'ready',
  },
] as const;

type Load = (typeof LOADS)[number];

interface Moved {
  /** For how long it stood still, in milliseconds. */
  readonly still: number;
  readonly total: number;
}

/** Machines moved while they run, to and fro between two nodes, by turns with the same by a script. */
export const migration: Bench = {
  async run({ short, note }) {
    const [count, rounds] = short ? [1, 1] : [8, 3];
    await using cluster = await Cluster.start({ nodes: 2, lanes: 1 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    await using raw = await RawQemu.prepare(SHAPE, 'default');
    const metrics: Metric[] = [];
    for (const load of LOADS) {
      const own: Moved[] = [];
      const theirs: (number | undefined)[] = [];
      for (let round = 0; round < rounds; round += 1) {
        note(`${load.name}: ${count} moves, ${round + 1} of ${rounds}`);
        own.push(...(await moves(stage, `m${round}`, count, load)));
        theirs.push(...((await raw.moves(count, load.words, load.answer)) ?? [undefined]));
      }
      metrics.push(
        metric({
          name: `stood still while moved, ${load.name}`,
          unit: 'ms',
          samples: own.map(({ still }) => still),
          baseline: optionalBaseline(RAW_MOVES, theirs),
        }),
        metric({
          name: `moved in all, ${load.name}`,
          unit: 'ms',
          samples: own.map(({ total }) => total),
        }),
      );
    }
    return metrics;
  },
};

async function moves(
  stage: Stage,
  name: string,
  count: number,
  { words, answer }: Load,
): Promise<readonly Moved[]> {
  const made = await make(stage, { name, count: 1, paused: false });
  await talk(stage.client, made[0]!.vtid!, words, answer, stage.signal);
  const all: Moved[] = [];
  for (let at = 0; at < count; at += 1) {
    const wish = { name, action: 'migrate', node: '' };
    const { moved } = await stage.master.ask<{ moved: Move }>('act', wish, DONE_WITHIN_MS);
    all.push({ still: moved.downtimeUs / 1_000, total: moved.totalMs });
  }
  await remove(stage, made);
  return all;
}
