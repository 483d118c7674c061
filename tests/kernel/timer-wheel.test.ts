import test from 'ava';
import fc from 'fast-check';
import { TimerWheel } from '#kernel/lane/timer-wheel.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

test('deadlines fire in order, not before they are due, and cancelled ones never', async (t) => {
  const one = fc.record({ ms: fc.integer({ min: 0, max: 200 }), cancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 30 }), async (all) => {
      const clock = new ManualClock();
      const wheel = new TimerWheel(clock);
      const fired: number[] = [];
      for (const { ms, cancelled } of all) {
        const cancel = wheel.after(ms, () => {
          t.is(clock.now(), ms);
          fired.push(ms);
        });
        if (cancelled) cancel();
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
  const wheel = new TimerWheel(clock);
  const fired: number[] = [];
  const note = (): void => void fired.push(clock.now());
  wheel.after(10, note);
  wheel.after(20, () => wheel.after(15, note));
  wheel.after(20, note);
  await clock.advance(100);
  t.deepEqual(fired, [10, 20, 35]);
});
