import test from 'ava';
import { HeldFrames } from '#node/held-frames.ts';

const frame = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

test('frames are held for each node in order, as they were when they were given', (t) => {
  const held = new HeldFrames();
  const reused = frame(1);
  t.true(held.hold('a', reused));
  reused[0] = 2;
  t.true(held.hold('a', reused));
  t.true(held.hold('b', frame(3)));
  const taken = held.take();
  t.deepEqual(taken.get('a'), [frame(1), frame(2)]);
  t.deepEqual(taken.get('b'), [frame(3)]);
  t.true(held.isEmpty);
  t.is(held.take().size, 0);
});

test('what was to go to a node whose connection has ended is forgotten', (t) => {
  const held = new HeldFrames();
  held.hold('a', frame(1));
  held.hold('b', frame(2));
  held.drop('a');
  t.deepEqual([...held.take().keys()], ['b']);
});

test('no more than 4 MiB are held, and what is taken or dropped makes room', (t) => {
  const held = new HeldFrames();
  const large = new Uint8Array(2 << 20);
  t.true(held.hold('a', large));
  t.true(held.hold('b', large));
  t.false(held.hold('c', frame(1)));
  held.drop('a');
  t.true(held.hold('c', frame(1)));
  t.false(held.hold('c', large));
  held.take();
  t.true(held.hold('c', large));
});

test('of what must be heard there may be 4 MiB more', (t) => {
  const held = new HeldFrames();
  const large = new Uint8Array(2 << 20);
  t.true(held.hold('a', large));
  t.true(held.hold('a', large));
  t.false(held.hold('a', frame(1)));
  t.true(held.hold('a', large, true));
  t.true(held.hold('b', large, true));
  t.false(held.hold('b', frame(1), true));
});
