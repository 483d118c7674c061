import test from 'ava';
import { MAX_WINDOW_BYTES, MIN_WINDOW_BYTES, windowFor } from '#p2p/bulk/credit.ts';
import { MAX_CHUNK_BYTES } from '#p2p/wire-format.ts';

test('the window grows with the distance and is shared by the pulls', (t) => {
  t.is(windowFor(0, 1), MIN_WINDOW_BYTES);
  t.is(windowFor(10_000, 1), 2_000_000);
  t.is(windowFor(1_000_000, 1), MAX_WINDOW_BYTES);
  t.is(windowFor(1_000_000, 4), MAX_WINDOW_BYTES / 4);
  t.is(windowFor(0, 16), 2 * MAX_CHUNK_BYTES);
});
