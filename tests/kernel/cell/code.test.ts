import { readFile } from 'node:fs/promises';
import test from 'ava';
import { cellCode } from '#kernel/cell/code.ts';
import { CACHE } from '#tests/support/real-cluster.ts';

test('a lane has all of its code before it has a vTask: to load more would hold up those that it has', async (t) => {
  const { lane } = await cellCode(CACHE);
  t.deepEqual((await readFile(lane, 'utf8')).match(/\bimport\([^)]*\)/g), null);
});
