import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { positive } from '#tests/support/command.ts';
import type { Fault, PlanInit } from './plan.ts';
import { isBugName, PLANTED_BUGS, type BugName } from './planted-bugs.ts';

/** What the plans of all seeds have in common. */
type CommonInit = Omit<PlanInit, 'seed'>;

export interface Options {
  readonly init: CommonInit;
  readonly first: number;
  /** It ends with whichever is over first: so many seeds, minutes, simulated cluster-hours. */
  readonly seeds: number;
  readonly minutes: number;
  readonly hours: number;
  readonly jobs: number;
  readonly bug: BugName | undefined;
  /** The file of how far it has come. */
  readonly resume: string | undefined;
  readonly json: boolean;
  readonly trace: boolean;
  readonly shrink: boolean;
}

const SEEDS = 20;

export const USAGE = `Usage: npm run simulate -- [options]

Lives of whole clusters on simulated time, disks and network, with faults, and what must hold of each. Ends with 1 and the seed if something
does not hold, with the shortest plan that still shows it; with a bug planted, if no seed finds it.

Options:
  --seeds N          how many lives (default: ${SEEDS}, without end where --minutes or --hours are given)
  --first-seed S     of the first (default: 1)
  --minutes N        ends after so long
  --hours N          ends after so many simulated cluster-hours, of lives of five minutes with a fault every ten seconds
  --nodes M          of each cluster (default: 3)
  --seconds N        of each life, simulated
  --fault-every N    seconds
  --rate N           operations in a second
  --must-run N       vTasks that must run, made in a second
  --kinds A,B        of the faults
  --components       the managers are the components, and not functions of the node
  --bug NAME         plants one: ${Object.keys(PLANTED_BUGS).join(', ')}
  --jobs N           lives at a time (default: one for each processor)
  --resume FILE      notes there how far it has come, and goes on from there
  --json             prints JSON
  --trace            prints what happens
  --no-shrink        does not look for the shortest plan
  --help

Examples:
  npm run simulate -- --seeds 1000
  npm run simulate -- --seeds 1 --first-seed 4711 --trace
  npm run simulate -- --bug fencing-forgotten
`;
// What cluster-hours are counted in: lives of five minutes, with a fault every ten seconds.
const HOURS_INIT = { forMs: 300_000, faultEveryMs: 10_000 };

/** @throws {RangeError} what was given is none that there is */
export function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string' },
      hours: { type: 'string' },
      minutes: { type: 'string' },
      nodes: { type: 'string' },
      'first-seed': { type: 'string' },
      seconds: { type: 'string' },
      'fault-every': { type: 'string' },
      rate: { type: 'string' },
      kinds: { type: 'string' },
      'must-run': { type: 'string' },
      components: { type: 'boolean', default: false },
      bug: { type: 'string' },
      jobs: { type: 'string' },
      resume: { type: 'string' },
      json: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const { bug, resume, json, trace, shrink, kinds } = values;
  if (bug !== undefined && !isBugName(bug))
    throw new RangeError(`--bug ${bug}: give one of ${Object.keys(PLANTED_BUGS).join(', ')}`);
  const seconds = numberOf('seconds', values.seconds);
  const faultEvery = numberOf('fault-every', values['fault-every']);
  const operationsPerSecond = numberOf('rate', values.rate);
  const mustRunPerSecond = numberOf('must-run', values['must-run']);
  const hours = numberOf('hours', values.hours);
  const minutes = numberOf('minutes', values.minutes);
  const isEndless = hours !== undefined || minutes !== undefined;
  return {
    init: {
      ...(hours !== undefined && HOURS_INIT),
      nodes: numberOf('nodes', values.nodes) ?? 3,
      ...(seconds !== undefined && { forMs: seconds * 1_000 }),
      ...(faultEvery !== undefined && { faultEveryMs: faultEvery * 1_000 }),
      ...(operationsPerSecond !== undefined && { operationsPerSecond }),
      ...(mustRunPerSecond !== undefined && { mustRunPerSecond }),
      ...(values.components && { components: true }),
      ...(kinds !== undefined && { kinds: kinds.split(',') as Fault['kind'][] }),
    },
    first: numberOf('first-seed', values['first-seed']) ?? 1,
    seeds: numberOf('seeds', values.seeds) ?? (isEndless ? Infinity : SEEDS),
    minutes: minutes ?? Infinity,
    hours: hours ?? Infinity,
    jobs: numberOf('jobs', values.jobs) ?? availableParallelism(),
    bug,
    resume,
    json,
    trace,
    shrink,
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : positive(name, text);
}
