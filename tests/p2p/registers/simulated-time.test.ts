import test from 'ava';
import { Timeline } from './support/simulated-time.ts';

const UNTIL = 100;

test('events come in the order of their times, and at one time in that in which they were asked for', async (t) => {
  const timeline = new Timeline();
  const seen: string[] = [];
  const note = (what: string) => () => void seen.push(`${what} at ${timeline.now}`);
  timeline.at(2, note('late'));
  timeline.at(1, () => {
    note('first')();
    timeline.after(0, note('third'));
    timeline.at(0, note('fourth')); // there is no way back
  });
  timeline.at(1, note('second'));
  await timeline.runUntil(UNTIL);
  const order = ['first at 1', 'second at 1', 'third at 1', 'fourth at 1', 'late at 2'];
  t.deepEqual(seen, order);
  t.is(timeline.events, order.length);
  t.is(timeline.now, UNTIL);
});

test('what follows from an event by promises has happened before the next event', async (t) => {
  const timeline = new Timeline();
  const seen: string[] = [];
  timeline.at(1, () => {
    void (async () => {
      await Promise.resolve();
      await Promise.resolve();
      seen.push('promised');
    })();
  });
  timeline.at(1, () => seen.push('next'));
  await timeline.runUntil(UNTIL);
  t.deepEqual(seen, ['promised', 'next']);
});

test('what was taken back does not happen, however many there are, and all others do', async (t) => {
  const timeline = new Timeline();
  const seen: number[] = [];
  const events = Array.from({ length: 3_000 }, (_, at) =>
    timeline.at(at % 70, () => seen.push(at)),
  );
  for (const [at, event] of events.entries()) if (at % 3 > 0) timeline.takeBack(event);
  for (const event of events) if (event.run === undefined) timeline.takeBack(event); // once more
  await timeline.runUntil(UNTIL);
  const kept = Array.from({ length: 1_000 }, (_, at) => 3 * at);
  t.deepEqual(
    seen.toSorted((a, b) => a - b),
    kept,
  );
  t.is(timeline.events, kept.length);
  t.deepEqual(
    seen,
    kept.toSorted((a, b) => (a % 70) - (b % 70) || a - b),
  );
});
