import type { Clock } from '#kernel/clock.ts';

/** Finer steps would tell one vTask what another does. */
export const CLOCK_STEP_US = 20;

/** The monotonic clock as vTasks may see it, in microseconds. */
export function coarseUs(clock: Clock): number {
  return Math.floor((clock.now() * 1000) / CLOCK_STEP_US) * CLOCK_STEP_US;
}
