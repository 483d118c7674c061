import test from 'ava';
import { PunctualTimers } from '#p2p/membership/punctual-timers.ts';
import { ManualClock } from '../support/manual-clock.ts';

interface Scene {
  clock: ManualClock;
  timers: PunctualTimers;
  ran: number[];
  note: () => void;
}

function scene(): Scene {
  const clock = new ManualClock();
  const ran: number[] = [];
  return { clock, timers: new PunctualTimers(clock), ran, note: () => void ran.push(clock.now()) };
}

test('a timer says how late it is', async (t) => {
  const { clock, timers } = scene();
  const late: number[] = [];
  timers.after(100, (lateMs) => late.push(lateMs));
  timers.after(700, (lateMs) => late.push(lateMs));
  clock.jump(600);
  await clock.advance(1_000);
  t.deepEqual(late, [500, 0]);
});

test('a verdict on time is given on time', async (t) => {
  const { clock, timers, ran, note } = scene();
  timers.verdict(100, note);
  await clock.advance(1_000);
  t.deepEqual(ran, [100]);
});

test('a verdict that is late waits as much longer, but no longer than its own time', async (t) => {
  for (const [jumpMs, ranAt] of [
    [160, 160 + 60],
    [560, 560 + 100],
  ] as const) {
    const { clock, timers, ran, note } = scene();
    timers.verdict(100, note);
    clock.jump(jumpMs);
    await clock.advance(1_000);
    t.deepEqual(ran, [ranAt]);
  }
});

test('time in which this node was held up does not count', async (t) => {
  const { clock, timers, ran, note } = scene();
  timers.after(10, () => undefined);
  timers.after(20, () => undefined);
  timers.verdict(1_000, note);
  clock.jump(510);
  await clock.advance(10);
  t.is(timers.listened(), 20);
  await clock.advance(2_000);
  t.deepEqual(ran, [1_500]);
});

test('a verdict is put off for as long as this node is held up again and again', async (t) => {
  const { clock, timers, ran, note } = scene();
  timers.verdict(100, note);
  for (let times = 0; times < 20; times++) {
    clock.jump(200);
    await clock.advance(0);
  }
  t.deepEqual(ran, []);
  await clock.advance(100);
  t.is(ran.length, 1);
});

test('what was taken back, and all once it is closed, does not run', async (t) => {
  const { clock, timers, ran, note } = scene();
  timers.after(10, note)();
  const stop = timers.verdict(10, note);
  clock.jump(100);
  await clock.advance(0);
  stop();
  timers.after(10, note);
  timers.verdict(10, note);
  timers.close();
  await clock.advance(1_000);
  t.deepEqual(ran, []);
});
