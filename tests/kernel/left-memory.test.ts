import test from 'ava';
import { type Collect, LeftMemory } from '#kernel/lane/left-memory.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const MIB = 1 << 20;

/** What is left, with an engine that does as it is asked to, says so, and has done it at once. */
function leftMemory(clock: ManualClock, collected: Collect): LeftMemory {
  const memory: LeftMemory = new LeftMemory(clock, (how) => {
    collected(how);
    if (how === 'begin') memory.engineCollects('begun');
    memory.engineCollects('done');
  });
  return memory;
}

test('what many small vTasks leave is collected together, once their stacks are unwound', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
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
  const memory = leftMemory(clock, () => (collected += 1));
  for (let tenth = 0; tenth < 30; tenth += 1) {
    memory.left(40 * MIB);
    await clock.advance(100);
  }
  t.is(collected, 3);
});

test('more than a lane may leave is collected at once, however lately it was', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
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
  const memory = leftMemory(clock, () => (collected += 1));
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
  const memory = leftMemory(clock, () => (collected += 1));
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
  const memory = leftMemory(clock, () => {
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

test('an engine that does not begin is asked again, as it holds more than the first would have it see, and has to collect at once in the end', async (t) => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const memory = new LeftMemory(clock, (how) => asked.push(how));
  memory.left(16 * MIB);
  await clock.advance(20);
  t.deepEqual(asked, ['begin']);
  await clock.advance(49);
  t.deepEqual(asked, ['begin']);
  await clock.advance(1);
  t.deepEqual(asked, ['begin', 'begin']);
  await clock.advance(199);
  t.deepEqual(asked, Array<string>(5).fill('begin'));
  await clock.advance(1);
  t.deepEqual(asked.slice(5), ['at once']);
  await clock.advance(60_000);
  t.is(asked.length, 6);
});

test('one that collects already is asked no sooner than a second later', async (t) => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const memory = new LeftMemory(clock, (how) => asked.push(how));
  memory.engineCollects('begun');
  memory.left(16 * MIB);
  await clock.advance(1_999);
  t.deepEqual(asked, ['begin']);
  memory.engineCollects('done'); // not of what was left since it had begun
  await clock.advance(1_000);
  t.deepEqual(asked, ['begin', 'begin']);
});

test('one that has begun takes as long as it needs', async (t) => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const memory = new LeftMemory(clock, (how) => asked.push(how));
  memory.left(16 * MIB);
  await clock.advance(20);
  memory.engineCollects('begun');
  await clock.advance(60_000);
  memory.engineCollects('done');
  await clock.advance(60_000);
  t.deepEqual(asked, ['begin']);
});

test('what it was asked to collect while it already did may still be there, and it is asked again', async (t) => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const memory = new LeftMemory(clock, (how) => asked.push(how));
  memory.engineCollects('begun');
  memory.left(512 * MIB); // urgent
  await clock.advance(20);
  t.deepEqual(asked, ['begin']);
  memory.engineCollects('done');
  await clock.advance(20);
  t.deepEqual(asked, ['begin', 'begin']);
});

test('while the engine collects by itself it is not asked to, and once it has rested for a second it is', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
  for (let tenth = 0; tenth < 30; tenth += 1) {
    memory.left(40 * MIB);
    memory.engineCollects(tenth % 2 === 0 ? 'begun' : 'done');
    await clock.advance(100);
  }
  t.is(collected, 0);
  await clock.advance(899);
  t.is(collected, 0);
  await clock.advance(1);
  t.is(collected, 1);
});

test('what was left before the engine collected twice is gone, and what was left since may not be', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
  memory.left(500 * MIB);
  memory.engineCollects('done');
  memory.engineCollects('done');
  memory.left(500 * MIB); // not urgent
  await clock.advance(999);
  t.is(collected, 0);
  memory.engineCollects('done'); // it may have begun before these were left
  await clock.advance(999);
  t.is(collected, 0);
  await clock.advance(1);
  t.is(collected, 1);
});

test('what goes back to the system by itself is not collected, and what is left of it is', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
  function* all(bytes: number): Generator<number> {
    for (let at = 0; at < bytes; at += MIB) yield MIB;
  }
  memory.left(200 * MIB, () => all(200 * MIB));
  await clock.advance(60_000);
  t.is(collected, 0);
  memory.left(200 * MIB, () => all(100 * MIB));
  await clock.advance(60_000);
  t.is(collected, 1);
  memory.left(200 * MIB, () => undefined);
  await clock.advance(60_000);
  t.is(collected, 2);
});

test('of little nothing goes back by itself: to collect it takes no longer', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = leftMemory(clock, () => (collected += 1));
  memory.left(2 * MIB - 1, () => ({ next: () => t.fail() }));
  await clock.advance(60_000);
  t.is(collected, 1);
});

/** What many have left that end at once, a quarter of a mebibyte each: what would give it back. */
function leave(memory: LeftMemory, many: number): WeakRef<object>[] {
  return Array.from({ length: many }, () => {
    const steps = { next: () => ({ done: true as const, value: undefined }) };
    memory.left(MIB / 4, () => steps);
    return new WeakRef(steps);
  });
}

test('of many that end at once no collection has more than 64 memories to give back', async (t) => {
  const clock = new ManualClock();
  const held: number[] = [];
  let all: WeakRef<object>[] = [];
  const memory = leftMemory(clock, () => {
    collectGarbage();
    held.push(all.filter((each) => each.deref()).length);
  });
  all = leave(memory, 1_000);
  await clock.advance(20);
  t.deepEqual(held, [936]);
  for (let second = 0; second < 20; second += 1) await clock.advance(1_000);
  t.deepEqual(held, [...Array.from({ length: 15 }, (_, at) => 936 - at * 64), 0]);
});

test('of more than a lane may leave all is let go at once, and half of the rest each time that the engine begins by itself, or is done', async (t) => {
  const clock = new ManualClock();
  const held: number[] = [];
  let all: WeakRef<object>[] = [];
  const memory = leftMemory(clock, () => {
    collectGarbage();
    held.push(all.filter((each) => each.deref()).length);
  });
  all = leave(memory, 4 * 512);
  await clock.advance(20);
  t.deepEqual(held, [0]);
  all = leave(memory, 1_000);
  const left: number[] = [];
  for (const what of ['begun', 'done', 'begun', 'done'] as const) {
    await new Promise(setImmediate); // else they are kept for this job
    memory.engineCollects(what);
    collectGarbage();
    left.push(all.filter((each) => each.deref()).length);
  }
  t.deepEqual(left, [500, 250, 125, 61]);
});
