import test from 'ava';
import { pieces } from '#p2p/bulk/pieces.ts';
import { blob } from '../support/bulk-scene.ts';

test('pieces have the size wanted, but for the last, and hold the same bytes', async (t) => {
  const bytes = blob(1_000);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 5],
      [5, 300],
      [300, 1_000],
    ] as const)
      yield bytes.subarray(from, to);
  }
  const got: Uint8Array[] = [];
  for await (const piece of pieces(source(), 64)) got.push(piece);
  t.deepEqual(
    got.map(({ length }) => length),
    [...Array.from({ length: 15 }, () => 64), 40],
  );
  t.deepEqual(Buffer.concat(got), Buffer.from(bytes));
});
