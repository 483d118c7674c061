// Copies beyond those that there have to be are given up, and never one that is needed.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { get, good, MIB, noise, put } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const GONE_MS = 60_000;
const SIZE = 20; // chunks of the file

function chunks(cluster: Cluster): number {
  return [...cluster.nodes.values()].reduce((sum, { store }) => sum + store.usage().chunks, 0);
}

/** As time would have it, twice. */
async function repair(cluster: Cluster): Promise<void> {
  for (let round = 0; round < 2; round += 1)
    for (const { name, store } of cluster.nodes.values())
      if (!cluster.down.has(name)) await store.repair();
}

/** All nodes at a time, as time would have it. */
async function collect(cluster: Cluster): Promise<number> {
  const up = [...cluster.nodes.values()].filter(({ name }) => !cluster.down.has(name));
  const collected = await Promise.all(up.map(({ store }) => store.collect()));
  return collected.reduce((sum, { surplus }) => sum + surplus, 0);
}

/** A file of which there are too many copies, since one node was away for long and has come back. */
async function withSurplus(): Promise<{ cluster: Cluster; bytes: Buffer; blob: string }> {
  const cluster = await Cluster.start(['a', 'b', 'c']);
  const bytes = noise(SIZE * MIB);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, bytes);
  await good(files.bind('/x', blob));
  cluster.down.add('b');
  await repair(cluster);
  cluster.clock.advance(GONE_MS);
  await repair(cluster);
  cluster.down.delete('b');
  await repair(cluster);
  return { cluster, bytes, blob };
}

async function isWholeWithoutAny(cluster: Cluster, blob: string, bytes: Buffer): Promise<boolean> {
  for (const lost of cluster.members) {
    cluster.down.add(lost);
    const left = cluster.members.find((name) => !cluster.down.has(name))!;
    const found = await get(cluster.node(left).blobs, blob);
    cluster.down.delete(lost);
    if (!found.equals(bytes)) return false;
  }
  return true;
}

test('once a node is back that was away, there are as many copies as before, and any node may be lost', async (t) => {
  const { cluster: made, bytes, blob } = await withSurplus();
  await using cluster = made;
  t.true(chunks(cluster) > 2 * SIZE);
  const surplus = chunks(cluster) - 2 * SIZE;
  t.is(await collect(cluster), surplus);
  t.is(chunks(cluster), 2 * SIZE);
  t.is(await collect(cluster), 0);
  t.true(await isWholeWithoutAny(cluster, blob, bytes));
});

test('a copy stays where one of those that are to have the chunk is damaged', async (t) => {
  const { cluster: made, bytes, blob } = await withSurplus();
  await using cluster = made;
  for (const entry of await readdir(join(cluster.folder, 'b', 'chunks'), {
    recursive: true,
    withFileTypes: true,
  }))
    if (entry.isFile()) await writeFile(join(entry.parentPath, entry.name), noise(MIB));
  await collect(cluster);
  t.true((await get(cluster.node('c').blobs, blob)).equals(bytes));
  await repair(cluster);
  await collect(cluster);
  t.is(chunks(cluster), 2 * SIZE);
  t.true(await isWholeWithoutAny(cluster, blob, bytes));
});

test('chunks that two files share stay where either is to have them', async (t) => {
  const { cluster: made, bytes, blob } = await withSurplus();
  await using cluster = made;
  const { blobs, files } = cluster.node('c');
  const other = await put(blobs, bytes);
  await good(files.bind('/y', other));
  await collect(cluster);
  const left = chunks(cluster);
  await repair(cluster);
  t.is(chunks(cluster), left, 'nothing was given up that has to be there');
  await good(cluster.node('a').files.delete('/x'));
  t.true(await isWholeWithoutAny(cluster, other, bytes));
  t.not(other, blob);
});

test('a cluster that goes from four nodes back to three gives up the third copies', async (t) => {
  await using cluster = await Cluster.start(['a', 'b', 'c', 'd']);
  const bytes = noise(SIZE * MIB);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, bytes);
  await good(files.bind('/x', blob));
  t.is(chunks(cluster), 3 * SIZE);
  cluster.members = ['a', 'b', 'c']; // d was taken out of the cluster for good
  cluster.down.add('d');
  await repair(cluster);
  await collect(cluster);
  const { store: gone } = cluster.node('d');
  t.is(chunks(cluster) - gone.usage().chunks, 2 * SIZE);
  t.true(await isWholeWithoutAny(cluster, blob, bytes));
});
