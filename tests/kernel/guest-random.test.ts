import test from 'ava';
import { GuestRandom } from '#kernel/lane/guest-random.ts';

test('random bytes of a guest take no memory of their own, and none are given twice', (t) => {
  const random = new GuestRandom();
  const { buffer } = random.bytes(8);
  const seen = new Set<string>();
  for (let at = 0; at < 10_000; at += 1) {
    const bytes = random.bytes(16);
    t.is(bytes.buffer, buffer);
    seen.add(Buffer.from(bytes).toString('hex'));
  }
  t.is(seen.size, 10_000);
});

test('as many as a call of WASI may ask for are given at once, again and again, and more too', (t) => {
  const random = new GuestRandom();
  const first = random.bytes(65_536).slice();
  t.is(first.length, 65_536);
  t.notDeepEqual(random.bytes(65_536), first);
  t.is(random.bytes(65_537).length, 65_537);
  t.is(random.bytes(0).length, 0);
});
