import test from 'ava';
import { PageReturns } from '#kernel/lane/page-returns.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const STEPS = 100;

/** Steps of which each takes a while and gives a byte back. */
function* steps(clock: ManualClock, ms: number, count = STEPS): Generator<number> {
  for (let at = 0; at < count; at += 1) {
    clock.advanceNow(ms);
    yield 1;
  }
}

/** What each turn of the event loop took until all was told. */
async function turns(clock: ManualClock, told: () => boolean): Promise<readonly number[]> {
  const times: number[] = [];
  while (!told()) {
    const before = clock.now();
    await new Promise(setImmediate);
    times.push(clock.now() - before);
  }
  return times;
}

test('what goes back does so for a millisecond of each turn, one vTask after the other', async (t) => {
  const clock = new ManualClock();
  const returns = new PageReturns(clock);
  const told: [string, number][] = [];
  returns.add(STEPS, steps(clock, 0.4), (left) => told.push(['first', left]));
  returns.add(STEPS + 5, steps(clock, 0.4), (left) => told.push(['second', left]));
  const times = await turns(clock, () => told.length === 2);
  t.deepEqual(told, [
    ['first', 0],
    ['second', 5],
  ]);
  t.true(Math.max(...times) <= 1.4, times.join(', '));
});

test('who comes after all have gone back is looked after too', async (t) => {
  const clock = new ManualClock();
  const returns = new PageReturns(clock);
  for (const bytes of [3, 4]) {
    let left: number | undefined;
    returns.add(bytes, steps(clock, 0, 3), (rest) => (left = rest));
    await turns(clock, () => left !== undefined);
    t.is(left, bytes - 3);
  }
});
