import test from 'ava';
import { Backlog } from '#kernel/cell/backlog.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('those that wait are done in order, and no more of them in a turn of the event loop than others can wait for', async (t) => {
  const clock = new ManualClock();
  const done: number[] = [];
  const backlog = new Backlog<number>(clock, (message) => {
    done.push(message);
    void Promise.resolve().then(() => clock.advanceNow(0.1)); // what it sets in motion is its work too
  });
  for (const message of numbers(200)) backlog.add({ message, bytes: 0 });
  let most = 0;
  for (let before = 0; done.length < 200; before = done.length) {
    await new Promise(setImmediate);
    most = Math.max(most, done.length - before);
  }
  t.true(most > 2 && most < 30, `${most} in one turn`);
  t.deepEqual(done, numbers(200));
});

test('one is behind while others wait, and where this turn has had its time', async (t) => {
  const clock = new ManualClock();
  const backlog = new Backlog<number>(clock, () => {});
  t.false(backlog.isBehind);
  clock.advanceNow(2);
  t.true(backlog.isBehind);
  await new Promise(setImmediate);
  t.false(backlog.isBehind);
  backlog.add({ message: 1, bytes: 0 });
  t.true(backlog.isBehind);
});

test('where no more may wait it is said until when', async (t) => {
  const clock = new ManualClock();
  let done = 0;
  const backlog = new Backlog<number>(clock, () => {
    done += 1;
    clock.advanceNow(0.1);
  });
  let until: Promise<void> | undefined;
  let added = 0;
  for (; !until; added += 1) until = backlog.add({ message: added, bytes: 64 << 10 });
  t.true(added > 50 && added < 70, `${added}`);
  await until;
  t.true(done > 20 && done < added, `${done}`);
});
