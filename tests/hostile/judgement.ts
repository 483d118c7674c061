import { percentile } from '../../bench/report/statistics.ts';
import { type Heard, MOST_OTHER_WORK, type Round } from './round.ts';
import type { Scenario } from './scenario.ts';

/** Three slices of a lane. */
const NEAR_SLOWER_MS = 6;
const FAR_SLOWER_MS = 10;
/** Beside a loop a slice takes as long as the busy machine lets it, and half a second has few of them: a coarse measure. */
const TIMES_A_LOOP = 2;

/** How often a guest is let loose at most, for its neighbours to be told from the machine's other work. */
export const MOST_ROUNDS = 4;

interface Latency {
  /** At the 99th percentile of all rounds, in milliseconds; undefined where nothing was heard. */
  readonly quietMs: number | undefined;
  readonly duringMs: number | undefined;
  readonly besideLoopMs: number | undefined;
}

/** What was seen of one scenario in all rounds, and what to hold of it. */
export interface Trial {
  readonly name: string;
  readonly tries: string;
  /** It did not get what it tried, ended in time with the right reason, its neighbours live and the memory is back. */
  readonly contained: boolean;
  /**
   * Whether its neighbours were answered as fast as they are to be. Where the machine has other work: `as by a loop` if they
   * wait no more than twice as long as beside a vTask that just computes, `noisy` if that could not be told.
   */
  readonly neighbours: 'undisturbed' | 'as by a loop' | 'disturbed' | 'noisy';
  /** What it got away with; empty if nothing. */
  readonly because: readonly string[];
  readonly reason: string;
  /** To contain it, at the most; undefined where it was not. */
  readonly ms: number | undefined;
  readonly near: Latency;
  readonly far: Latency;
  readonly otherWork: number;
  /** Bytes, in the last round. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
  readonly rounds: number;
}

type Bounds = Readonly<Record<'near' | 'far', number>>;
type Said = Pick<Scenario, 'name' | 'tries' | 'slower'>;

/**
 * Holds what was seen against what containment means. Latencies of all rounds are taken together, quiet ones and others, so
 * what else the machine does is in both; the guest is in one of them alone. On a machine with other work it is not enough to
 * be slower than the quiet times: it must be twice as slow as beside a loop at the same time.
 */
export function judge({ name, tries, slower }: Said, rounds: readonly Round[]): Trial {
  const bounds: Bounds = { near: slower?.ms ?? NEAR_SLOWER_MS, far: FAR_SLOWER_MS };
  const heard = both(rounds);
  const [near, far] = [latency(heard.near), latency(heard.far)];
  const slow = [
    ...slowness('the neighbour in its cell', near, bounds.near),
    ...slowness("another tenant's vTask", far, bounds.far),
  ];
  // What runs for the first time, the engine has to compile.
  const later = rounds.slice(1);
  if (slow.length > 0 && later.length > 0 && !isSlower(both(later), bounds))
    slow.push(`in the first of ${rounds.length} rounds alone`);
  const loose = [...new Set(rounds.flatMap((each) => each.loose))];
  const otherWork = mean(rounds.map((each) => each.otherWork));
  const isBusy = otherWork > MOST_OTHER_WORK;
  // Bursts of other work hit quiet times as often: they are not in each round.
  const always = rounds.length === MOST_ROUNDS && rounds.every((each) => isSlower(each, bounds));
  const asLoop = heard.near.besideLoop.length > 0 && !isSlower(heard, bounds);
  const busy = asLoop ? 'as by a loop' : always ? 'disturbed' : 'noisy';
  const last = rounds.at(-1);
  if (last === undefined) throw new RangeError('nothing was seen of it');
  const times = rounds.flatMap(({ ms }) => ms ?? []);
  return {
    name,
    tries,
    contained: loose.length === 0,
    neighbours: slow.length === 0 ? 'undisturbed' : isBusy ? busy : 'disturbed',
    because: [...loose, ...slow],
    reason: last.reason,
    ms: times.length === rounds.length ? Math.max(...times) : undefined,
    near,
    far,
    otherWork,
    memoryBefore: last.memoryBefore,
    memoryAfter: last.memoryAfter,
    rounds: rounds.length,
  };
}

/** Whether another round could tell more. */
export function isOpen({ contained, neighbours, rounds }: Trial): boolean {
  const isSettled = neighbours === 'undisturbed' || neighbours === 'as by a loop';
  return contained && !isSettled && rounds < MOST_ROUNDS;
}

function both(rounds: readonly Round[]): Pick<Round, 'near' | 'far'> {
  return { near: together(rounds, 'near'), far: together(rounds, 'far') };
}

function together(rounds: readonly Round[], who: 'near' | 'far'): Heard {
  return {
    quiet: rounds.flatMap((each) => each[who].quiet),
    during: rounds.flatMap((each) => each[who].during),
    besideLoop: rounds.flatMap((each) => each[who].besideLoop),
  };
}

function latency({ quiet, during, besideLoop }: Heard): Latency {
  return { quietMs: p99(quiet), duringMs: p99(during), besideLoopMs: p99(besideLoop) };
}

function p99(samples: readonly number[]): number | undefined {
  return samples.length === 0 ? undefined : percentile(samples, 0.99);
}

function slowness(who: string, { quietMs, duringMs }: Latency, most: number): readonly string[] {
  if (quietMs === undefined || duringMs === undefined) return [`${who} was not heard`];
  if (duringMs <= quietMs + most) return [];
  return [`${who} waits ${duringMs.toFixed(1)} ms, ${quietMs.toFixed(1)} when it is quiet`];
}

/** Whether a neighbour waits longer than when it is quiet, and much longer than beside a loop. */
function isSlower(seen: Pick<Round, 'near' | 'far'>, bounds: Bounds): boolean {
  return (['near', 'far'] as const).some((who) => {
    const { quietMs = 0, duringMs, besideLoopMs = 0 } = latency(seen[who]);
    return (
      duringMs === undefined ||
      duringMs > Math.max(quietMs, TIMES_A_LOOP * besideLoopMs) + bounds[who]
    );
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
