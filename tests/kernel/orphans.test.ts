import test from 'ava';
import { Orphans } from '#kernel/orphans.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';

function many(count: number, from = 0): VTask[] {
  return Array.from({ length: count }, (_, at) => ({ vtid: `vtask ${from + at}` }) as VTask);
}

test('the first ones end at once, all of them in the end, and the event loop has its turns in between', async (t) => {
  const clock = new ManualClock();
  const ended: VTask[] = [];
  const orphans: Orphans = new Orphans({
    clock,
    end(vtask) {
      clock.advanceNow(0.25);
      ended.push(vtask);
    },
  });
  const all = many(50);
  orphans.add(all);
  t.true(ended.length >= 4 && ended.length <= 6, `${ended.length}`);
  const before = ended.length;
  await new Promise(setImmediate);
  t.true(ended.length < 50 && ended.length > before);
  await settled();
  t.deepEqual(ended, all);
});

test('what an orphan has made itself ends after those that were there', async (t) => {
  const ended: string[] = [];
  const grandchildren = many(3, 100);
  const orphans: Orphans = new Orphans({
    clock: new ManualClock(),
    end({ vtid }) {
      ended.push(vtid);
      if (vtid === 'vtask 0') orphans.add(grandchildren);
    },
  });
  orphans.add(many(2));
  await settled();
  t.deepEqual(ended, ['vtask 0', 'vtask 1', 'vtask 100', 'vtask 101', 'vtask 102']);
});
