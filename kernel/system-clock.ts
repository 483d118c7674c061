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
