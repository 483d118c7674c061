import test from 'ava';
import fc from 'fast-check';
import { VtidMap } from '#kernel/vtid-map.ts';

test('it holds what a map would, also where many begin at the same place', (t) => {
  // Few different last characters, so that places are fought for.
  const vtid = fc.stringMatching(/^[a-c]{0,3}[ab]{6}$/);
  const step = fc.record({ vtid, what: fc.constantFrom('set', 'set', 'delete') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new VtidMap<number>();
      const model = new Map<string, number>();
      for (const [at, { vtid: key, what }] of steps.entries()) {
        if (what === 'set') {
          map.set(key, at);
          model.set(key, at);
        } else t.is(map.delete(key), model.delete(key));
        t.is(map.size, model.size);
      }
      for (const { vtid: key } of steps) t.is(map.get(key), model.get(key));
      t.deepEqual(
        map.values().toSorted((a, b) => a - b),
        [...model.values()].toSorted((a, b) => a - b),
      );
    }),
  );
});

test('what is no vtid is not in it', (t) => {
  const map = new VtidMap<number>();
  t.is(map.get(''), undefined);
  map.set('a', 1);
  t.is(map.get(''), undefined);
  t.is(map.get('ü'), undefined);
  t.is(map.get('a'), 1);
});
