// npm run simulate: lives of whole clusters; `options.ts` says how.
import { simulateAll } from './lives.ts';
import { optionsGiven } from '#tests/support/command.ts';
import { optionsOf, USAGE } from './options.ts';
import { planOf, type Plan } from './plan.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';
import { ProgressFile } from './progress-file.ts';
import { shrink } from './shrink.ts';
import type { Report, SimulateInit } from './simulate.ts';
import { hoursOf, nothingYet, Tally } from './tally.ts';

const SHOWN = 5;
const MINUTE_MS = 60_000;
const TELL_EVERY_MS = 30_000; // of a run that takes long

const options = optionsGiven(USAGE, optionsOf);
const { bug, first, init } = options;
const planted: PlantedBug | undefined = bug && PLANTED_BUGS[bug];
const say = (line: string): void => (options.json ? console.error(line) : console.log(line));

const began = performance.now();
const { cpuUsage } = process;
const file =
  options.resume === undefined
    ? undefined
    : new ProgressFile(options.resume, { ...planted?.plan, ...init, first, bug });
const before = file?.load(first) ?? nothingYet(first);
const tally = new Tally(before);
let toldAt = began;
let smallest: Plan | undefined;

function* plans(): Generator<Plan> {
  const untilMs = began + options.minutes * MINUTE_MS;
  for (let seed = before.next; seed < first + options.seeds; seed += 1) {
    if (performance.now() >= untilMs || hoursOf(tally.totals) >= options.hours) return;
    yield planOf({ ...planted?.plan, ...init, seed });
  }
}

/** @returns whether to go on */
function over(plan: Plan, report: Report): boolean {
  const { seed, faults } = report;
  tally.add(report);
  file?.save(tally.totals);
  if (performance.now() - toldAt > TELL_EVERY_MS) {
    toldAt = performance.now();
    const { totals } = tally;
    const failing = totals.failing.length;
    console.error(
      `up to seed ${totals.next - 1}: ${hoursOf(totals).toFixed(2)} cluster-hours, ${failing} seeds with faults`,
    );
  }
  if (faults.length === 0) return true;
  if (smallest === undefined || seed < smallest.seed) smallest = plan;
  say(`seed ${seed} (run ${report.hash}):`);
  for (const fault of faults.slice(0, SHOWN)) say(`  ${fault}`);
  return bug === undefined;
}

// Only what this thread itself lives: the others begin sooner without it.
const lifeHere = async (): Promise<
  (life: Plan, how: Omit<SimulateInit, 'programs'>) => Promise<Report>
> => {
  const { simulate } = await import('./simulate.ts');
  const { Programs } = await import('./world/programs.ts');
  const programs = await Programs.build();
  return (life, how) => simulate(life, { programs, ...how });
};

if (options.trace) {
  const live = await lifeHere();
  for (const plan of plans()) if (!over(plan, await live(plan, { bug, trace: say }))) break;
} else await simulateAll({ plans: plans(), jobs: options.jobs, bug, over });

const { totals } = tally;
const minutes = (performance.now() - began) / MINUTE_MS;
const { user, system } = cpuUsage();
const seeds = totals.seeds - before.seeds;
const hours = hoursOf(totals) - hoursOf(before);
const cpuSeconds = (user + system) / 1e6;
if (options.json)
  console.log(
    JSON.stringify({
      ...totals,
      clusterHours: hoursOf(totals),
      seedsPerMinute: seeds / minutes,
      clusterHoursPerMinute: hours / minutes,
      cpuSecondsPerClusterHour: cpuSeconds / hours,
    }),
  );
else {
  console.log(
    `${seeds} seeds in ${(minutes * 60).toFixed(1)} s, ${(seeds / minutes).toFixed(0)} a minute: ` +
      `${totals.operations - before.operations} operations, ${totals.events - before.events} events, ` +
      (init.components ? `${totals.decisions - before.decisions} decisions of components, ` : '') +
      `${hours.toFixed(2)} cluster-hours, ${(hours / minutes).toFixed(2)} a minute, ` +
      `${(cpuSeconds / hours).toFixed(1)} s of processor time each; ` +
      `${totals.failing.length - before.failing.length} seeds with faults`,
  );
  if (before.seeds > 0)
    console.log(
      `with what was there before: ${totals.seeds} seeds, ${hoursOf(totals).toFixed(2)} cluster-hours, ` +
        `${totals.failing.length} seeds with faults`,
    );
  console.log(`digest of seeds ${first} to ${totals.next - 1}: ${totals.digest}`);
}
if (smallest && bug === undefined && options.shrink && !options.trace) {
  const live = await lifeHere();
  const { plan, report } = await shrink(smallest, (each) => live(each, {}));
  say(
    `the shortest plan found of seed ${plan.seed} that fails, of ${smallest.steps.length} steps:`,
  );
  for (const step of plan.steps) say(`  ${JSON.stringify(step)}`);
  for (const fault of report.faults.slice(0, SHOWN)) say(`  => ${fault}`);
}
const failed = smallest !== undefined || totals.failing.length > 0;
process.exitCode = failed === (bug !== undefined) ? 0 : 1;
