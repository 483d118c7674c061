import test from 'ava';
import { threadMs } from '#kernel/system-clock.ts';

test('the time of a thread moves on with each short piece of work', (t) => {
  for (let piece = 0; piece < 100; piece += 1) {
    const before = threadMs();
    for (const until = performance.now() + 0.5; performance.now() < until;);
    t.true(threadMs() > before, `piece ${piece}`);
  }
});
