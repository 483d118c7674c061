import { setTimeout as pause } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import { coreImage } from './guests/core-image.ts';
import { OtherWork } from './process-tree.ts';
import type { Scenario } from './scenario.ts';

/** How long all are heard while nothing hostile runs, before and after, and at least while something does. */
const HEARD_MS = 500;
/**
 * Of all processors; with less work of others than this, whatever is slower is so because of the guest. With more, a lane that
 * computes gets less of them than one that rests, whoever computes in it, and a slice of it takes longer.
 */
export const MOST_OTHER_WORK = 0.05;
/** What of the memory may stay: heaps do not shrink to the byte. */
const MEMORY_STAYS_BYTES = 64 * 2 ** 20;
const MEMORY_WITHIN_MS = 75_000; // the cell of a tenant that has nothing left is kept for a minute

/** How long somebody quiet was kept waiting by each answer, in milliseconds. */
export interface Heard {
  /** Right before and right after the guest. */
  readonly quiet: readonly number[];
  readonly during: readonly number[];
  /** Beside a plain loop, which every vTask may be; empty where the machine has no other work. */
  readonly besideLoop: readonly number[];
}

/** What was seen of one scenario, once. */
export interface Round {
  /** What it got away with, latency left out; empty if nothing. */
  readonly loose: readonly string[];
  readonly reason: string;
  /** To contain it; undefined where it was not. */
  readonly ms: number | undefined;
  readonly near: Heard;
  readonly far: Heard;
  /** The share of all processors that was used by what is not of this run. */
  readonly otherWork: number;
  /** Bytes. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
}

/** Lets a guest loose once, between two quiet times, and a plain loop after it where the machine has other work. */
export async function round(arena: Arena, scenario: Scenario): Promise<Round> {
  const listen = async (): Promise<Record<'near' | 'far', readonly number[]>> => {
    const [near, far] = await Promise.all([arena.near.probe.take(), arena.far.probe.take()]);
    return { near, far };
  };
  const memoryBefore = await arena.memory();
  await listen();
  const others = await OtherWork.watch();
  await pause(HEARD_MS);
  const before = await listen();

  const loose: string[] = [];
  let reason = '';
  let ms: number | undefined;
  let since = performance.now();
  // What is heard while the suite makes the image, on the processors that the node has, is dropped.
  const attacker = await arena.attacker(HEARD_MS, async () => {
    since = performance.now();
    await listen();
  });
  try {
    const seen = await scenario.run(attacker);
    ({ ms, reason } = seen);
    if (seen.late !== undefined) loose.push(seen.late);
    if (ms > scenario.withinMs) loose.push(`it took ${Math.round(ms)} ms of ${scenario.withinMs}`);
  } catch (error) {
    loose.push(error instanceof Error ? error.message : String(error));
  }
  const short = HEARD_MS - (performance.now() - since);
  if (short > 0) await pause(short);
  const during = await listen();
  await arena.leave(attacker);

  if (!arena.whole) loose.push('a neighbour does not answer any more');
  const memoryAfter = await settledMemory(arena, memoryBefore + MEMORY_STAYS_BYTES);
  if (memoryAfter > memoryBefore + MEMORY_STAYS_BYTES) loose.push('memory was not given back');
  await listen();
  await pause(HEARD_MS);
  const after = await listen();
  const otherWork = await others.share();
  const withLoop = otherWork > MOST_OTHER_WORK;
  if (withLoop && arena.whole) await letLoop(arena, listen);
  const loop = await listen();
  const heard = (who: 'near' | 'far'): Heard => ({
    quiet: [...before[who], ...after[who]],
    during: during[who],
    besideLoop: withLoop ? loop[who] : [],
  });
  return {
    loose,
    reason,
    ms,
    near: heard('near'),
    far: heard('far'),
    otherWork,
    memoryBefore,
    memoryAfter,
  };
}

/** Lets a loop run for a while in the lane of the guest. @param begin called once it runs */
async function letLoop(arena: Arena, begin: () => Promise<unknown>): Promise<void> {
  const attacker = await arena.attacker(HEARD_MS);
  const vtid = await attacker.start(await coreImage({ run: '(loop $l (br $l)) (unreachable)' }));
  await attacker.begun(vtid);
  await begin();
  await attacker.rage();
  await attacker.kill(vtid);
  await arena.leave(attacker);
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
