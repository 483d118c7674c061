import test from 'ava';
import fc from 'fast-check';
import { Timers } from '#kernel/lane/timers.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

test('deadlines fire in order, not before they are due, and cancelled ones never', async (t) => {
  const one = fc.record({ ms: fc.integer({ min: 0, max: 200 }), cancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 300 }), async (all) => {
      const clock = new ManualClock();
      const timers = new Timers(clock);
      const fired: number[] = [];
      for (const { ms, cancelled } of all) {
        const timer = timers.after(ms, () => {
          t.is(clock.now(), ms);
          fired.push(ms);
        });
        if (cancelled) timers.cancel(timer);
      }
      await clock.advance(300);
      const due = all.filter(({ cancelled }) => !cancelled).map(({ ms }) => ms);
      t.deepEqual(
        fired,
        due.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 30 },
  );
});

test('the same function may wait for two deadlines, and one set while firing waits its time', async (t) => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const fired: number[] = [];
  const note = (): void => void fired.push(clock.now());
  timers.after(10, note);
  timers.after(20, () => timers.after(15, note));
  timers.after(20, note);
  await clock.advance(100);
  t.deepEqual(fired, [10, 20, 35]);
});
