import test from 'ava';
import type { Entry } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';
import { Turns } from '#kernel/lane/turns.ts';
import { Allowance } from '#kernel/scheduler/allowance.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';

/** As much of a vTask as turns are about. */
function task(step: () => void, ended = false): Task {
  return { queued: false, ended, step } as unknown as Task;
}

function entry(ended = false): Entry {
  return { task: task(() => {}, ended) } as Entry;
}

test('what comes after a turn that took long is done too', async (t) => {
  const clock = new ManualClock();
  const started: Entry[] = [];
  const turns = new Turns(clock, new Allowance(clock, 2), (each) => started.push(each));
  const slow = task(() => clock.advanceNow(5));
  turns.step(slow);
  await settled();
  let steps = 0;
  turns.step(task(() => (steps += 1)));
  turns.start(entry());
  await settled();
  t.is(steps, 1);
  t.is(started.length, 1);
});

test('vTasks whose starts only make others leave the event loop its turns', async (t) => {
  const clock = new ManualClock();
  let made = 0;
  let over = false;
  const turns: Turns = new Turns(clock, new Allowance(clock, 2), () => {
    made += 1;
    clock.advanceNow(0.5);
    if (!over) turns.start(entry());
  });
  turns.start(entry());
  let looked = 0;
  for (let round = 0; round < 10; round += 1) {
    await new Promise(setImmediate);
    looked += 1;
  }
  over = true;
  t.is(looked, 10);
  t.true(made > 10 && made <= 50, `${made}`);
});

test('however many are ready at once, the event loop has its turns between them, and they keep their order', async (t) => {
  const clock = new ManualClock();
  const turns = new Turns(clock, new Allowance(clock, 2), () => {});
  const order: number[] = [];
  for (let at = 0; at < 1_000; at += 1)
    turns.step(
      task(() => {
        order.push(at);
        clock.advanceNow(0.1);
      }),
    );
  let most = 0;
  for (let before = 0; order.length < 1_000; before = order.length) {
    await new Promise(setImmediate);
    most = Math.max(most, order.length - before);
  }
  t.true(most < 100, `${most} in one turn`);
  t.deepEqual(
    order,
    Array.from({ length: 1_000 }, (_, at) => at),
  );
});

test('what others have done at once in a turn of the event loop is not left for these', async (t) => {
  const clock = new ManualClock();
  const atOnce = new Allowance(clock, 2);
  const turns = new Turns(clock, atOnce, () => {});
  t.false(atOnce.isOver(clock.now()));
  clock.advanceNow(2);
  let steps = 0;
  turns.step(task(() => (steps += 1)));
  await Promise.resolve();
  await Promise.resolve();
  t.is(steps, 0);
  await new Promise(setImmediate);
  t.is(steps, 1);
});

test('a vTask that has ended before its start is not started', async (t) => {
  const clock = new ManualClock();
  const turns = new Turns(clock, new Allowance(clock, 2), () => t.fail());
  turns.start(entry(true));
  await settled();
  t.pass();
});
