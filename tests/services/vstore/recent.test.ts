import test from 'ava';
import { Recent } from '#services/vstore/recent.ts';

test('the last ones are remembered, and the others forgotten', (t) => {
  const recent = new Recent<number>(100);
  for (let item = 0; item < 1_000; item += 1) {
    recent.add(item);
    t.true(recent.has(item) && recent.has(Math.max(0, item - 99)));
    if (item >= 200) t.false(recent.has(item - 200));
  }
});
