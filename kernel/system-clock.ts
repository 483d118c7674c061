import type { Clock } from '#kernel/clock.ts';

/** The machine's own clock. Only what composes a node or a lane makes one. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after(ms, fn) {
    // Longer waits than a timer can hold are as good as none.
    const timer = setTimeout(fn, Math.min(ms, 0x7fff_ffff));
    return () => clearTimeout(timer);
  },
  soon: (fn) => {
    setImmediate(fn);
  },
};

const LOOKS = 5;

/**
 * How many milliseconds the monotonic clock of the machine, which all of its processes have, is ahead of this thread's
 * `systemClock`. Right to some microseconds: of several looks the shortest counts, for the process may be stopped in one.
 */
export function machineAheadMs(): number {
  let shortestMs = Infinity;
  let aheadMs = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    const before = performance.now();
    const machineMs = Number(process.hrtime.bigint()) / 1_000_000;
    const lookMs = performance.now() - before;
    if (lookMs >= shortestMs) continue;
    shortestMs = lookMs;
    aheadMs = machineMs - before;
  }
  return aheadMs;
}

/** Milliseconds of processor time that this thread has used, right to some microseconds. Takes three. */
export function threadMs(): number {
  // Linux keeps the time of a thread up to date at its ticks alone, up to 4 ms late; to be asked for the whole process has it
  // look at the thread that asks (thread_group_cputime, kernel/sched/cputime.c).
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
