// npm run simulate -- [--seeds N] [--nodes M] [--first-seed S] [--bug NAME] [--fault-every SECONDS] [--kinds stop,cut]
// [--seconds N] [--jobs N] [--must-run N] [--trace]: lives of whole clusters on simulated time, disks and network. Exit code 1
// and the seed on a failure, with the shortest
// plan that still fails; with a bug planted, if no seed finds it.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { simulateAll } from './lives.ts';
import { planOf, type Fault, type Plan } from './plan.ts';
import { isBugName, PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';
import { shrink } from './shrink.ts';
import { simulate, type Report } from './simulate.ts';
import { Programs } from './world/programs.ts';

const SHOWN = 5;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    nodes: { type: 'string', default: '3' },
    'first-seed': { type: 'string', default: '1' },
    bug: { type: 'string' },
    'fault-every': { type: 'string' },
    kinds: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    minutes: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    'must-run': { type: 'string' },
    trace: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

function numberOf(
  name: 'jobs' | 'seeds' | 'nodes' | 'first-seed' | 'fault-every' | 'seconds',
): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new RangeError(`--${name} ${values[name]}: give a number above 0`);
  return value;
}

const bug = values.bug;
if (bug !== undefined && !isBugName(bug))
  throw new RangeError(`--bug ${bug}: give one of ${Object.keys(PLANTED_BUGS).join(', ')}`);

const planted: PlantedBug | undefined = bug && PLANTED_BUGS[bug];

const began = performance.now();
const untilMs = values.minutes === undefined ? Infinity : began + Number(values.minutes) * 60_000;
const first = numberOf('first-seed');
const count = numberOf('seeds');
let [seeds, operations, events, simulatedMs, failures] = [0, 0, 0, 0, 0];
let smallest: Plan | undefined;
const plans = (function* () {
  for (let seed = first; seed < first + count && performance.now() < untilMs; seed += 1)
    yield planOf({
      seed,
      ...planted?.plan,
      nodes: numberOf('nodes'),
      forMs: numberOf('seconds') * 1_000,
      ...(values['must-run'] !== undefined && { mustRunPerSecond: Number(values['must-run']) }),
      ...(values.kinds !== undefined && { kinds: values.kinds.split(',') as Fault['kind'][] }),
      ...(values['fault-every'] !== undefined && {
        faultEveryMs: numberOf('fault-every') * 1_000,
      }),
    });
})();
function over(plan: Plan, report: Report): boolean {
  const { seed } = plan;
  seeds += 1;
  operations += report.operations;
  events += report.events;
  simulatedMs += report.forMs;
  if (report.faults.length === 0) return true;
  failures += 1;
  if (smallest === undefined || seed < smallest.seed) smallest = plan;
  console.log(`seed ${seed} (run ${report.hash}):`);
  for (const fault of report.faults.slice(0, SHOWN)) console.log(`  ${fault}`);
  return bug === undefined;
}
if (values.trace) {
  const programs = await Programs.build();
  for (const plan of plans)
    if (!over(plan, await simulate(plan, { programs, bug, trace: console.log }))) break;
} else await simulateAll({ plans, jobs: numberOf('jobs'), bug, over });
const minutes = (performance.now() - began) / 60_000;
const hours = simulatedMs / 3_600_000;
console.log(
  `${seeds} seeds in ${(minutes * 60).toFixed(1)} s, ${(seeds / minutes).toFixed(0)} a minute: ` +
    `${operations} operations, ${events} events, ${hours.toFixed(2)} cluster-hours, ` +
    `${(hours / minutes).toFixed(2)} a minute; ${failures} seeds with faults`,
);
if (smallest && bug === undefined && values.shrink && !values.trace) {
  const programs = await Programs.build();
  const { plan, report } = await shrink(smallest, (each) => simulate(each, { programs }));
  console.log(
    `the shortest plan found of seed ${plan.seed} that fails, of ${smallest.steps.length} steps:`,
  );
  for (const step of plan.steps) console.log(`  ${JSON.stringify(step)}`);
  for (const fault of report.faults.slice(0, SHOWN)) console.log(`  => ${fault}`);
}
process.exitCode = failures > 0 === (bug !== undefined) ? 0 : 1;
