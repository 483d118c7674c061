import test from 'ava';
import { LeftMemory } from '#kernel/lane/left-memory.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

const MIB = 1 << 20;

test('what many small vTasks leave is collected together, once their stacks are unwound', async (t) => {
  const clock = new ManualClock();
  let collected = 0;
  const memory = new LeftMemory(clock, () => (collected += 1));
  for (let count = 0; count < 63; count += 1) memory.left(MIB);
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
