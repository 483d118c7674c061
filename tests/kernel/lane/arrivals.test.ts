import test from 'ava';
import { Arrivals } from '#kernel/lane/arrivals.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

test('however much comes at once, the event loop has its turns in between, and all is taken in order', async (t) => {
  const clock = new ManualClock();
  const came: number[] = [];
  const arrivals = new Arrivals<number>({
    clock,
    take(item) {
      clock.advanceNow(0.1);
      came.push(item);
    },
  });
  const done: string[] = [];
  const first = arrivals.add(numbers(0, 500).values(), () => done.push('first'));
  const second = arrivals.add(numbers(500, 1_000).values(), () => done.push('second'));
  t.truthy(first);
  let most = came.length;
  for (let before = came.length; came.length < 1_000; before = came.length) {
    await new Promise(setImmediate);
    most = Math.max(most, came.length - before);
  }
  t.true(most < 50, `${most} in one turn`);
  t.deepEqual(came, numbers(0, 1_000));
  await Promise.all([first, second]);
  t.deepEqual(done, ['first', 'second']);
});

test('what comes in several pieces in one turn of the event loop has no more of it than what comes in one', async (t) => {
  const clock = new ManualClock();
  const arrivals = new Arrivals<number>({ clock, take: () => clock.advanceNow(0.1) });
  let pieces = 0;
  while (!arrivals.add(numbers(0, 10).values(), () => {})) pieces += 1;
  t.true(pieces < 5, `${pieces}`);
});

test('what is little is taken at once, and nobody is to wait', (t) => {
  const happened: string[] = [];
  const arrivals = new Arrivals<string>({
    clock: new ManualClock(),
    take: (item) => happened.push(item),
  });
  const add = (item: string) => arrivals.add([item].values(), () => happened.push(`${item} taken`));
  t.is(add('one'), undefined);
  t.is(add('two'), undefined);
  t.deepEqual(happened, ['one', 'one taken', 'two', 'two taken']);
});
