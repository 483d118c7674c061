import type { Bench, BenchContext } from '../bench.ts';
import { corpus, type Corpus } from '../corpus.ts';
import type { CommandFigures } from '../process/command.ts';
import { metric, type Metric } from '../report/metric.ts';
import { median } from '../report/statistics.ts';
import { baselines, runBaseline, type Baseline } from './baselines.ts';
import type { Memory } from '../process/usage.ts';
import { WordcountCluster, type WatchedFigures, type WorkFigures } from './cluster-job.ts';

const NODES = 3;
const LANES = 1; // of each node: three lanes are more than a small machine has cores
const ROUNDS = 3;
const MB = 1e6;

interface Outcome {
  readonly corpus: Corpus;
  readonly put: WatchedFigures;
  readonly ours: readonly WorkFigures[];
  /** Of ours, at its highest. */
  readonly memory: readonly Memory[];
  readonly others: ReadonlyMap<Baseline, readonly CommandFigures[]>;
}

/** Counts the words of a text on three nodes, beside the same kernel without the system around it, and others. */
export const wordcount: Bench = {
  async run(context) {
    await using built = await baselines();
    const outcomes: Outcome[] = [];
    for (const label of context.short ? ['10 MB'] : ['100 MB', '1 GB']) {
      context.note(`prepares the text of ${label}`);
      outcomes.push(await measure(await corpus(label), built.all, context));
    }
    return [...outcomes.flatMap(metricsOf), ...growth(outcomes)];
  },
};

async function measure(
  text: Corpus,
  all: readonly Baseline[],
  { short, profileDir, threadCells, note }: BenchContext,
): Promise<Outcome> {
  const rounds = short ? 1 : ROUNDS;
  await using cluster = await WordcountCluster.start(text, {
    nodes: NODES,
    lanes: LANES,
    threadCells,
    profileDir: profileDir && `${profileDir}/${text.label.replace(' ', '-')}`,
  });
  const ours: WorkFigures[] = [];
  const memory: Memory[] = [];
  const others = new Map(all.map((each): [Baseline, CommandFigures[]] => [each, []]));
  for (let round = short ? 1 : 0; round <= rounds; round++) {
    note(`${text.label}: ${round === 0 ? 'warms up' : `round ${round} of ${rounds}`}`);
    const figures = await cluster.count();
    if (round > 0) {
      ours.push(figures);
      memory.push(await cluster.peakMemory());
    }
    for (const [baseline, results] of others) {
      const { name, command, slow = false } = baseline;
      if (!command || (slow && round < rounds)) continue;
      const result = await runBaseline({ name, command }, text);
      if (round > 0) results.push(result);
    }
  }
  return { corpus: text, put: cluster.put, ours, memory, others };
}

function metricsOf({ corpus: { label, bytes }, put, ours, memory, others }: Outcome): Metric[] {
  const beside = (
    name: string,
    unit: string,
    samples: readonly number[],
    of: (figures: CommandFigures) => number,
  ): Metric[] =>
    [...others].map(([{ name: other }, results]) =>
      metric({
        name: `wordcount ${label}, ${name}`,
        unit,
        samples,
        baseline: { name: other, samples: results.map(of) },
      }),
    );
  const peak = (name: string, of: (memory: Memory) => number): Metric[] => {
    const samples = memory.map((each) => of(each) / MB);
    // One that ended before it could be looked at says nothing.
    return beside(name, 'MB', samples, (figures) => of(figures.memory) / MB).filter(
      ({ baseline }) => baseline?.value,
    );
  };
  return [
    metric({ name: `put ${label}, time`, unit: 's', samples: [put.wallS] }),
    metric({ name: `put ${label}`, unit: 'MB/s', samples: [bytes / MB / put.wallS], rate: true }),
    metric({ name: `put ${label}, CPU`, unit: 's', samples: [put.cpuS] }),
    metric({ name: `put ${label}, peak PSS`, unit: 'MB', samples: [put.memory.pss / MB] }),
    ...beside(
      'time',
      's',
      ours.map(({ wallS }) => wallS),
      ({ wallS }) => wallS,
    ),
    ...beside(
      'CPU',
      's',
      ours.map(({ cpuS }) => cpuS),
      ({ cpuS }) => cpuS,
    ),
    ...peak('peak PSS', ({ pss }) => pss),
    ...peak('peak RSS', ({ rss }) => rss).slice(0, 1),
  ];
}

/** How much of the memory grows with the input. */
function growth([small, large]: readonly Outcome[]): Metric[] {
  if (!small || !large) return [];
  const peak = ({ memory }: Outcome): number => median(memory.map(({ pss }) => pss));
  const grown = [(peak(large) - peak(small)) / MB];
  const labels = `${small.corpus.label} to ${large.corpus.label}`;
  return [metric({ name: `wordcount, peak PSS from ${labels}`, unit: 'MB', samples: grown })];
}
