import test from 'ava';
import type { Entry } from '#kernel/lane/entry.ts';
import { Usage } from '#kernel/lane/usage.ts';
import { VtidMap } from '#kernel/vtid-map.ts';
import { limitsOf } from '#tests/support/limits.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';

test('however many vTasks a lane has, the event loop has its turns while it tells of them', async (t) => {
  const clock = new ManualClock();
  const entries = new VtidMap<Entry>();
  const told: string[] = [];
  const usage = new Usage({
    clock,
    entries,
    send: (frame) => frame.tag === 'usage' && told.push(frame.val.vtid),
  });
  for (let at = 0; at < 200; at += 1) {
    const vtid = `vtask ${at}`;
    const memoryBytes = (): number => {
      clock.advanceNow(0.1);
      return 65_536;
    };
    const task = {
      vtid,
      ended: false,
      memoryBytes,
      limits: limitsOf({}),
      intake: { mailbox: { bytes: 0 } },
    };
    const known = { memory: 0, mailbox: 0, cpuUs: 0, refused: 0, usedMs: 0 };
    const host = { runner: { share: { usedMs: 1 } } };
    entries.set(vtid, { task, host, birth: undefined, ...known } as unknown as Entry);
  }
  let [before, most] = [0, 0];
  const watch = (): void => {
    most = Math.max(most, told.length - before);
    before = told.length;
    if (told.length < entries.size) setImmediate(watch);
  };
  usage.follow();
  watch();
  await clock.advance(250);
  while (told.length < entries.size) await settled();
  usage.close();
  t.true(most > 5 && most < 30, `${most} in one turn`);
  t.is(new Set(told).size, entries.size);
});
