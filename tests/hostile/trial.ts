import { setTimeout as pause } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import { OtherWork } from './process-tree.ts';
import type { Scenario } from './scenario.ts';

/** How long all are heard while nothing hostile runs, and at least while something does. */
const HEARD_MS = 500;
/** Three slices of a lane. */
const NEAR_SLOWER_MS = 6;
const FAR_SLOWER_MS = 10;
/** Of all processors; with more work of others, latency says nothing of the guests. */
const MOST_OTHER_WORK = 0.05;
/** What of the memory may stay: heaps do not shrink to the byte. */
const MEMORY_STAYS_BYTES = 64 * 2 ** 20;
const MEMORY_WITHIN_MS = 20_000;

interface Latency {
  /** At the 99th percentile, in milliseconds; undefined where nothing was heard. */
  readonly quietMs: number | undefined;
  readonly duringMs: number | undefined;
}

/** What was seen of one scenario. */
export interface Trial {
  readonly name: string;
  readonly tries: string;
  /** It did not get what it tried, ended in time with the right reason, its neighbours live and the memory is back. */
  readonly contained: boolean;
  /** Whether its neighbours were answered as fast as they are to be; `noisy` where the machine had other work. */
  readonly neighbours: 'undisturbed' | 'disturbed' | 'noisy';
  /** What it got away with; empty if nothing. */
  readonly because: readonly string[];
  readonly reason: string;
  /** To contain it; undefined where it was not. */
  readonly ms: number | undefined;
  readonly near: Latency;
  readonly far: Latency;
  /** The share of all processors that was used by what is not of this run. */
  readonly otherWork: number;
  /** Bytes. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
}

/** Runs a scenario and holds what is seen against what containment means. */
export async function trial(arena: Arena, scenario: Scenario): Promise<Trial> {
  const { name, tries, withinMs } = scenario;
  const probes = [arena.near.probe, arena.far.probe];
  const heard = (): (number | undefined)[] => probes.map((probe) => probe.takeP99());
  const memoryBefore = await arena.memory();
  heard();
  const others = await OtherWork.watch();
  await pause(HEARD_MS);
  const quiet = heard();

  const loose: string[] = [];
  let reason = '';
  let ms: number | undefined;
  const attacker = await arena.attacker(HEARD_MS);
  const since = performance.now();
  try {
    ({ ms, reason } = await scenario.run(attacker));
    if (ms > withinMs) loose.push(`it took ${Math.round(ms)} ms of ${withinMs}`);
  } catch (error) {
    loose.push(error instanceof Error ? error.message : String(error));
  }
  const short = HEARD_MS - (performance.now() - since);
  if (short > 0) await pause(short);
  const during = heard();
  const otherWork = await others.share();
  await arena.leave(attacker);

  const [near, far] = probes.map((_, at) => ({
    quietMs: quiet[at],
    duringMs: during[at],
  })) as [Latency, Latency];
  if (!arena.whole) loose.push('a neighbour does not answer any more');
  const memoryAfter = await settledMemory(arena, memoryBefore + MEMORY_STAYS_BYTES);
  if (memoryAfter > memoryBefore + MEMORY_STAYS_BYTES) loose.push('memory was not given back');

  const slow = [
    ...slower('the neighbour in its cell', near, scenario.slower?.ms ?? NEAR_SLOWER_MS),
    ...slower("another tenant's vTask", far, FAR_SLOWER_MS),
  ];
  const disturbed = otherWork > MOST_OTHER_WORK ? 'noisy' : 'disturbed';
  return {
    name,
    tries,
    contained: loose.length === 0,
    neighbours: slow.length === 0 ? 'undisturbed' : disturbed,
    because: [...loose, ...slow],
    reason,
    ms,
    near,
    far,
    otherWork,
    memoryBefore,
    memoryAfter,
  };
}

function slower(who: string, { quietMs = 0, duringMs }: Latency, most: number): readonly string[] {
  if (duringMs === undefined) return [`${who} was not heard`];
  if (duringMs <= quietMs + most) return [];
  return [`${who} waits ${duringMs.toFixed(1)} ms, ${quietMs.toFixed(1)} when it is quiet`];
}

/** The memory once it is no more than this, or after a while. */
async function settledMemory(arena: Arena, most: number): Promise<number> {
  const until = performance.now() + MEMORY_WITHIN_MS;
  for (;;) {
    const bytes = await arena.memory();
    if (bytes <= most || performance.now() > until) return bytes;
    await pause(200);
  }
}
