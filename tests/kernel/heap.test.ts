import test from 'ava';
import fc from 'fast-check';
import { Heap } from '#kernel/heap.ts';

test('items come out in order, whatever was dropped in between', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), fc.nat(9), (keys, dropped) => {
      const heap = new Heap();
      const all = keys.map((at, order) => ({ at, order }));
      for (const each of all) heap.push(each);
      heap.keep(({ at }) => at !== dropped);
      const left = all.filter(({ at }) => at !== dropped);
      t.is(heap.size, left.length);
      t.deepEqual(
        left.map(() => heap.pop()),
        left.toSorted((a, b) => a.at - b.at || a.order - b.order),
      );
      t.is(heap.pop(), undefined);
    }),
  );
});
