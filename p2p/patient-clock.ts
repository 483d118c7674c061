import type { Clock } from './environment.ts';

const SLICES = 20;
const LATE_MS = 50; // beyond that this node was held up: a busy event loop, a machine that others use, a stopped process

/**
 * A clock whose timers are limits of what others are waited for: only time counts in which this node ran. When it was held up,
 * their answers are unread while its timers run, so no limit is over right after that. Otherwise a node that is held up for
 * as long as a connection may take to be made, again and again, never makes one. It waits no more than twice the limit so.
 */
export function patientClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    after(ms, run) {
      const sliceMs = ms / SLICES;
      let sliced = 0;
      let stop: () => void;
      const wait = (): void => {
        const due = clock.now() + sliceMs;
        stop = clock.after(sliceMs, () => {
          sliced += 1;
          const wasLate = clock.now() - due > LATE_MS;
          if (sliced >= 2 * SLICES || (sliced >= SLICES && !wasLate)) run();
          else wait();
        });
      };
      wait();
      return () => stop();
    },
  };
}
