import test from 'ava';
import { LogWriter } from '#kernel/lane/log-writer.ts';
import { Task } from '#kernel/lane/task.ts';
import { Timers } from '#kernel/lane/timers.ts';
import { Allowance } from '#kernel/scheduler/allowance.ts';
import { NO_ALARM, Scheduler } from '#kernel/scheduler/scheduler.ts';
import { quotaOf } from '#tests/support/limits.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

function task(): Task {
  const clock = new ManualClock();
  const nothing = (): void => undefined;
  const timers = new Timers(clock);
  const runner = new Scheduler({
    clock,
    alarm: NO_ALARM,
    atOnce: new Allowance(clock, 2),
    flush: nothing,
  }).add({ weight: 1, rate: 0 }, () => false);
  const init = { vtid: 'a', quota: quotaOf({}), mode: { counting: false }, runner };
  return new Task(init, {
    clock,
    timers,
    route: nothing,
    neighbour: () => undefined,
    isOpen: () => true,
    ready: nothing,
    ended: nothing,
  });
}

test('every write that was held back goes on once the reader has caught up', async (t) => {
  let sent = 0;
  const log = new LogWriter(task(), new ManualClock(), (frame) => {
    if (frame.tag === 'log') sent += frame.val.text.byteLength;
  });
  const chunk = new Uint8Array(64 << 10);
  const held: Promise<void>[] = [];
  // A program may write through WASI while it waits for nothing, and through POSIV besides.
  while (held.length < 2) {
    const taken = log.write('output', chunk);
    if (taken instanceof Promise) held.push(taken);
  }
  log.credit(sent);
  await t.notThrowsAsync(Promise.all(held));
});

test('an empty write sends nothing', (t) => {
  let frames = 0;
  const log = new LogWriter(task(), new ManualClock(), () => void frames++);
  t.is(log.write('errors', new Uint8Array(0)), undefined);
  t.is(frames, 0);
});

test('a write that is held back is broken off when the vTask ends', async (t) => {
  const owner = task();
  const log = new LogWriter(owner, new ManualClock(), () => undefined);
  const chunk = new Uint8Array(64 << 10);
  let held: void | Promise<void>;
  do held = log.write('output', chunk);
  while (!held);
  owner.end({ tag: 'killed' });
  await t.throwsAsync(async () => held, { code: 'task-ended' });
});
