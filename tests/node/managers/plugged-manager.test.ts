import test from 'ava';
import type { StrategyAnswer } from '#node/managers/manager-instance.ts';
import { PluggedManager } from '#node/managers/plugged-manager.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

/** A manager whose thread computes and answers as the test says. */
function setUp() {
  const clock = new ManualClock();
  const threads: { usedMs: number; ended: boolean; answered: (answer: StrategyAnswer) => void }[] =
    [];
  const manager = new PluggedManager(
    {
      clock,
      start: (_program, answered) => {
        const thread = { usedMs: 0, ended: false, answered };
        threads.push(thread);
        return {
          ask() {},
          usedMs: async () => thread.usedMs,
          terminate: async () => void (thread.ended = true),
        };
      },
    },
    'program',
  );
  return { clock, manager, threads };
}

test('a thread that gets no processor is waited for, and its answer taken', async (t) => {
  const { clock, manager, threads } = setUp();
  const asked = manager.call('f', []);
  await clock.advance(50_000);
  threads[0]!.answered({ id: 1, value: 7 });
  t.is(await asked, 7);
  t.false(threads[0]!.ended);
});

test('one that computes for three seconds without an answer is ended, and the next question goes to another', async (t) => {
  const { clock, manager, threads } = setUp();
  const failed = t.throwsAsync(manager.call('f', []), { message: /3000 ms of processor time/ });
  await clock.advance(501);
  threads[0]!.usedMs = 2_900;
  await clock.advance(500);
  t.false(threads[0]!.ended);
  threads[0]!.usedMs = 3_000;
  await clock.advance(500);
  await failed;
  t.true(threads[0]!.ended);
  const asked = manager.call('f', []);
  threads[1]!.answered({ id: 2, value: 8 });
  t.is(await asked, 8);
});

test('one that answers again and again may compute for longer than that in all', async (t) => {
  const { clock, manager, threads } = setUp();
  const asked = Array.from({ length: 6 }, () => manager.call('f', []));
  for (const [at, each] of asked.entries()) {
    await clock.advance(1_000);
    threads[0]!.usedMs += 2_000;
    threads[0]!.answered({ id: at + 1, value: at });
    t.is(await each, at);
  }
  t.is(threads.length, 1);
});

test('one that has had no processor for a minute is passed over', async (t) => {
  const { clock, manager } = setUp();
  const failed = t.throwsAsync(manager.call('f', []), { message: /within 60000 ms$/ });
  await clock.advance(61_000);
  await failed;
});
