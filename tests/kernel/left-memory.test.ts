import test from 'ava';
import { LeftMemory } from '#kernel/lane/left-memory.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const MIB = 1 << 20;

test('what many small vTasks leave is collected together, once their stacks are unwound', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  for (let count = 0; count < 15; count += 1) memory.left(MIB);
  await clock.advance(1_000);
  t.is(collected, 0);
  memory.left(MIB);
  t.is(collected, 0);
  memory.left(500 * MIB);
  await clock.advance(1_000);
  t.is(collected, 1);
  memory.left(100 * MIB);
  await clock.advance(1_000);
  t.is(collected, 2);
});

test('vTasks that come and go have it collected once a second, not each time that there is much', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  for (let tenth = 0; tenth < 30; tenth += 1) {
    memory.left(40 * MIB);
    await clock.advance(100);
  }
  t.is(collected, 3);
});

test('more than a lane may leave is collected at once, however lately it was', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  memory.left(64 * MIB);
  await clock.advance(20);
  t.is(collected, 1);
  memory.left(511 * MIB);
  await clock.advance(100);
  t.is(collected, 1);
  memory.left(MIB);
  await clock.advance(20);
  t.is(collected, 2);
});

test('what waits to be collected is, though nothing more is left', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  memory.left(16 * MIB);
  await clock.advance(20);
  memory.left(16 * MIB);
  await clock.advance(999);
  t.is(collected, 1);
  await clock.advance(1);
  t.is(collected, 2);
});

test('a little is collected some seconds later, and next to nothing with what follows', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  memory.left(MIB - 1);
  await clock.advance(60_000);
  t.is(collected, 0);
  memory.left(1);
  await clock.advance(4_999);
  t.is(collected, 0);
  await clock.advance(1);
  t.is(collected, 1);
});

test('collections take a hundredth of the time, however long one takes', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => {
    collected += 1;
    clock.advanceNow(50);
  });
  memory.left(16 * MIB);
  await clock.advance(20);
  memory.left(16 * MIB);
  await clock.advance(4_000);
  t.is(collected, 1);
  await clock.advance(1_050);
  t.is(collected, 2);
});
