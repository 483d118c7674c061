import test from 'ava';
import { patientClock } from '#p2p/patient-clock.ts';
import { ManualClock } from './support/manual-clock.ts';

function scene(ms: number) {
  const clock = new ManualClock();
  const ran: number[] = [];
  const stop = patientClock(clock).after(ms, () => void ran.push(clock.now()));
  return { clock, ran, stop };
}

test('a limit is over on time where nothing holds the node up', async (t) => {
  const { clock, ran } = scene(5_000);
  await clock.advance(4_999);
  t.deepEqual(ran, []);
  await clock.advance(10_000);
  t.deepEqual(ran, [5_000]);
});

test('time in which the node was held up does not count, whenever that was', async (t) => {
  const { clock, ran } = scene(5_000);
  await clock.advance(2_000);
  clock.jump(60_000);
  await clock.advance(2_000);
  t.deepEqual(ran, []);
  await clock.advance(1_000);
  t.is(ran.length, 1);
});

test('no limit is over right after the node was held up: what came meanwhile is read first', async (t) => {
  const { clock, ran } = scene(5_000);
  await clock.advance(4_900);
  clock.jump(20_000);
  await clock.advance(1);
  t.deepEqual(ran, []);
  await clock.advance(250);
  t.is(ran.length, 1);
});

test('a limit is over in the end though the node is held up all the time', async (t) => {
  const { clock, ran } = scene(5_000);
  for (let time = 0; time < 40; time += 1) {
    t.deepEqual(ran, []);
    clock.jump(1_000);
    await clock.advance(1);
  }
  t.is(ran.length, 1);
});

test('a limit that is taken back is never over', async (t) => {
  const { clock, ran, stop } = scene(5_000);
  await clock.advance(3_000);
  stop();
  await clock.advance(10_000);
  t.deepEqual(ran, []);
});
