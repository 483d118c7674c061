import test from 'ava';
import fc from 'fast-check';
import { Slots } from '#kernel/slots.ts';

test('what is out is found under its id, as in a map, until it is taken', (t) => {
  const step = fc.record({ add: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
      const slots = new Slots<string>();
      const model = new Map<number, string>();
      for (const { add, which } of steps) {
        if (add) {
          const id = slots.nextId();
          t.true(id > 0 && !model.has(id));
          slots.set(id, `item ${id}`);
          model.set(id, `item ${id}`);
        } else if (model.size > 0) {
          const id = [...model.keys()][which % model.size]!;
          t.is(slots.take(id), model.get(id));
          t.is(slots.take(id), undefined);
          model.delete(id);
        }
        t.is(slots.size, model.size);
      }
      t.deepEqual(slots.values().toSorted(), [...model.values()].toSorted());
      for (const [id, item] of model) t.is(slots.get(id), item);
    }),
  );
});

test('ids that were never given find nothing, and a table that was large is small again', (t) => {
  const slots = new Slots<number>();
  t.is(slots.get(0), undefined);
  t.is(slots.get(7), undefined);
  const ids = Array.from({ length: 1_000 }, (_, index) => {
    const id = slots.nextId();
    slots.set(id, index);
    return id;
  });
  t.is(slots.get(ids[999]! + 1_024), undefined);
  for (const id of ids) slots.take(id);
  t.deepEqual(slots.values(), []);
  t.true(slots.nextId() > ids[999]!);
});

test('ids go on where they were when all is taken out at once', (t) => {
  const slots = new Slots<number>();
  const ids = [1, 2, 3].map((item) => {
    const id = slots.nextId();
    slots.set(id, item);
    return id;
  });
  t.deepEqual(slots.drain(), [1, 2, 3]);
  t.is(slots.size, 0);
  for (const id of ids) t.is(slots.take(id), undefined);
  t.true(slots.nextId() > ids.at(-1)!);
});
