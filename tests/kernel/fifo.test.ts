import test from 'ava';
import { Fifo } from '#kernel/fifo.ts';

test('what came first is taken first, whatever comes meanwhile', (t) => {
  const fifo = new Fifo<number>();
  const taken: (number | undefined)[] = [];
  for (let each = 0; each < 100; each += 1) {
    fifo.push(2 * each);
    fifo.push(2 * each + 1);
    taken.push(fifo.take());
  }
  t.is(fifo.size, 100);
  while (fifo.size > 0) taken.push(fifo.take());
  t.deepEqual(
    taken,
    Array.from({ length: 200 }, (_, index) => index),
  );
  t.is(fifo.take(), undefined);
});

test('nothing waits once it is cleared', (t) => {
  const fifo = new Fifo<number>();
  fifo.push(1);
  fifo.clear();
  t.is(fifo.size, 0);
  fifo.push(2);
  t.is(fifo.take(), 2);
});
