import test from 'ava';
import fc from 'fast-check';
import { RunQueue } from '#kernel/scheduler/run-queue.ts';

test('turns come by pass, and by arrival where that is the same', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (passes) => {
      const queue = new RunQueue<{ pass: number; order: number }>();
      const all = passes.map((pass, order) => ({ pass, order }));
      for (const each of all) queue.push(each);
      const taken = Array.from({ length: passes.length }, () => queue.pop());
      t.deepEqual(
        taken,
        all.toSorted((a, b) => a.pass - b.pass || a.order - b.order),
      );
      t.is(queue.pop(), undefined);
    }),
  );
});
