import type { Bench } from '../bench.ts';
import { interleave } from '../interleave.ts';
import { metric, type Metric } from '../report/metric.ts';
import { kernels, type Workload } from './kernels.ts';
import { quickjs } from './quickjs.ts';
import { speed } from './speed.ts';
import { VARIANTS } from './variants.ts';

const ROUNDS = 120;
/** Long enough for a clock, and shorter than what the operating system gives a process before another has its turn. */
const RUN_MS = 2;
/** Of the runs, those that other processes disturbed least: with more of them than cores that is a small part. */
const UNDISTURBED = 1 / 4;
/** Until the optimising compiler is done with all that is hot. */
const WARM_UP_MS = 400;
/** Until it is optimised for the most part. */
const CALIBRATION_MS = 100;

/** What checks cost: kernels in C and an interpreter, as they are and rewritten; and how fast modules are rewritten. */
export const rewrite: Bench = {
  async run({ short, note }) {
    note('builds the guests');
    const workloads = [...(await kernels()), await quickjs()];
    const metrics: Metric[] = [];
    const ratios: number[][] = VARIANTS.map(() => []);
    for (const workload of workloads) {
      note(workload.name);
      const samples = await measured(workload, short);
      const baseline = { name: VARIANTS[0], samples: samples[0]! };
      for (const [at, variant] of VARIANTS.entries()) {
        if (at === 0) continue;
        const one = metric({
          name: `${workload.name}, ${variant}`,
          unit: 'ms',
          samples: samples[at]!,
          baseline,
        });
        metrics.push(one);
        if (workload.name !== 'QuickJS') ratios[at]!.push(one.ratio!);
      }
    }
    for (const [at, variant] of VARIANTS.entries()) {
      if (at > 0)
        metrics.push(
          metric({
            name: `kernels, ${variant}: geometric mean of the ratios`,
            unit: 'x',
            samples: [geometricMean(ratios[at]!)],
          }),
        );
    }
    note('rewriting');
    return [...metrics, ...(await speed(short))];
  },
};

/** Milliseconds of the undisturbed runs, in the order of `VARIANTS`. */
async function measured({ name, runs }: Workload, short: boolean): Promise<readonly number[][]> {
  const rounds = calibrated(runs[0]!);
  const results = new Set(runs.map((run) => run(rounds)));
  if (results.size !== 1) throw new Error(`${name}: the results differ`);
  for (const run of runs) {
    const until = performance.now() + (short ? 10 : WARM_UP_MS);
    do run(rounds);
    while (performance.now() < until);
  }
  const samples = await interleave(
    short ? 1 : ROUNDS,
    runs.map((run) => async () => {
      const start = performance.now();
      run(rounds);
      return performance.now() - start;
    }),
  );
  return samples.map((each) =>
    each.toSorted((a, b) => a - b).slice(0, Math.ceil(each.length * UNDISTURBED)),
  );
}

/** How many rounds take about as long as a run should. */
function calibrated(run: (rounds: number) => unknown): number {
  const took = (rounds: number): number => {
    const start = performance.now();
    run(rounds);
    return performance.now() - start;
  };
  const until = performance.now() + CALIBRATION_MS;
  do run(1);
  while (performance.now() < until);
  for (let rounds = 1; ; rounds = Math.ceil(rounds * 1.5)) {
    // Of three: one that another process interrupts takes long with any number of rounds.
    if (Math.min(took(rounds), took(rounds), took(rounds)) > RUN_MS * 0.7) return rounds;
  }
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
