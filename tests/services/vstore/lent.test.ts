import { readFile } from 'node:fs/promises';
import test from 'ava';
import { get, good, MIB, noise, put } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

test('a whole chunk of the own disk that is known to be sound is lent, under the name of its bytes', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, store } = cluster.node('a');
  const bytes = noise(2 * MIB + 100_000);
  const blob = await put(blobs, bytes);
  const file = (await store.lend('reader', blob, MIB, MIB))!;
  t.is(file.size, MIB);
  const content = await readFile(cluster.path('a', file.path));
  t.true(content.equals(bytes.subarray(MIB, 2 * MIB)));
  t.true(file.path.endsWith(file.name));
  t.is((await store.lend('reader', blob, 2 * MIB, MIB))!.size, 100_000);
});

test('nothing is lent of a part of a chunk, beyond the end, or of a few bytes', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, store } = cluster.node('a');
  const blob = await put(blobs, noise(MIB + 1_000));
  for (const [offset, size] of [
    [0, MIB - 1],
    [1, MIB - 1],
    [0, 2 * MIB],
    [2 * MIB, MIB],
    [MIB, 1_000],
  ] as const)
    t.is(await store.lend('reader', blob, offset, size), undefined);
});

test('a chunk is lent once this process has found it sound, and not after somebody could not read it', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(MIB));
  const { blobs, store } = await cluster.restart('a');
  t.is(await store.lend('reader', blob, 0, MIB), undefined);
  await get(blobs, blob);
  const file = (await store.lend('reader', blob, 0, MIB))!;
  file.unread();
  t.is(await store.lend('reader', blob, 0, MIB), undefined);
  t.is((await good(blobs.read(blob, 0, MIB))).length, MIB);
  t.not(await store.lend('reader', blob, 0, MIB), undefined);
});

test('a chunk of another node is not lent', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(2 * MIB));
  const { store, blobs } = await cluster.join('b');
  t.is(await store.lend('reader', blob, 0, MIB), undefined);
  t.true((await get(blobs, blob)).equals(noise(2 * MIB)));
});
