import test from 'ava';
import { Slots } from '#wasm-abi/build/slots.ts';

test('no more than the count hold slots, the others follow in order', async (t) => {
  const slots = new Slots(2);
  const order: number[] = [];
  const first = await slots.take();
  const second = await slots.take();
  const waiting = [3, 4].map(async (number) => {
    const slot = await slots.take();
    order.push(number);
    return slot;
  });
  await new Promise(setImmediate);
  t.deepEqual(order, []);
  first[Symbol.dispose]();
  await waiting[0];
  t.deepEqual(order, [3]);
  second[Symbol.dispose]();
  await waiting[1];
  t.deepEqual(order, [3, 4]);
});

test('one that gives up waiting takes no slot', async (t) => {
  const slots = new Slots(1);
  const held = await slots.take();
  const leaving = new AbortController();
  const left = slots.take(leaving.signal);
  leaving.abort(new Error('gave up'));
  await t.throwsAsync(left, { message: 'gave up' });
  held[Symbol.dispose]();
  await t.notThrowsAsync(slots.take());
});
