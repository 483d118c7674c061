import test from 'ava';
import fc from 'fast-check';
import { Heap } from '#kernel/heap.ts';

test('items come out in order, whatever was dropped in between', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), fc.nat(9), (keys, dropped) => {
      const heap = new Heap<{ key: number; order: number }>(
        (a, b) => a.key < b.key || (a.key === b.key && a.order < b.order),
      );
      const all = keys.map((key, order) => ({ key, order }));
      for (const each of all) heap.push(each);
      heap.keep(({ key }) => key !== dropped);
      const left = all.filter(({ key }) => key !== dropped);
      t.is(heap.size, left.length);
      t.deepEqual(
        left.map(() => heap.pop()),
        left.toSorted((a, b) => a.key - b.key || a.order - b.order),
      );
      t.is(heap.pop(), undefined);
    }),
  );
});
