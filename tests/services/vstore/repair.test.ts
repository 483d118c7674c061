// Copies of what was on a node that is gone are made elsewhere, until it is back.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { get, good, MIB, noise, put } from './support/calls.ts';
import { Cluster, type ClusterInit } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];
const GONE_MS = 60_000;

function chunks(cluster: Cluster): number {
  return [...cluster.nodes.values()].reduce((sum, { store }) => sum + store.usage().chunks, 0);
}

/** A cluster in which `a` has stored a file of so many MiB. */
async function withFile(
  names: readonly string[],
  size: number,
  init: ClusterInit = {},
): Promise<{ cluster: Cluster; bytes: Buffer; blob: string }> {
  const cluster = await Cluster.start(names, init);
  const bytes = noise(size * MIB);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, bytes);
  await good(files.bind('/x', blob));
  return { cluster, bytes, blob };
}

/** The node is gone for long, and the others see to what it had. */
async function lose(cluster: Cluster, name: string): Promise<void> {
  cluster.down.add(name);
  await repair(cluster);
  cluster.clock.advance(GONE_MS);
  await repair(cluster);
}

/** As time would have it, twice: what the first round brings to a node the second may take from there. */
async function repair(cluster: Cluster): Promise<void> {
  for (const round of [1, 2])
    for (const { name, store } of cluster.nodes.values())
      if (!cluster.down.has(name))
        await store.repair().catch((error: unknown) => {
          throw new Error(`round ${round} on ${name}`, { cause: error });
        });
}

for (const lost of NODES)
  test(`after ${lost} is gone for a minute any other may be lost, too`, async (t) => {
    const { cluster: made, bytes, blob } = await withFile(NODES, 40);
    await using cluster = made;
    await lose(cluster, lost);
    for (const next of NODES.filter((name) => name !== lost)) {
      cluster.down.add(next);
      const last = NODES.find((name) => !cluster.down.has(name)) ?? '';
      t.true((await get(cluster.node(last).blobs, blob)).equals(bytes), `${last} has all`);
      cluster.down.delete(next);
    }
  });

test('a node that is away for less than a minute costs no copy', async (t) => {
  const { cluster: made } = await withFile(NODES, 20);
  await using cluster = made;
  const before = chunks(cluster);
  cluster.down.add('b');
  await repair(cluster);
  cluster.clock.advance(GONE_MS - 1);
  await repair(cluster);
  t.is(chunks(cluster), before);
});

test('a cluster that has grown to four nodes comes to have three copies', async (t) => {
  const { cluster: made, bytes, blob } = await withFile(NODES, 20);
  await using cluster = made;
  await cluster.join('d');
  await repair(cluster);
  t.is(chunks(cluster), 60);
  for (const lost of [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'd'],
  ]) {
    for (const name of lost) cluster.down.add(name);
    const left = cluster.members.find((name) => !lost.includes(name)) ?? '';
    t.true((await get(cluster.node(left).blobs, blob)).equals(bytes), lost.join());
    cluster.down.clear();
  }
});

test('what a node had before it was joined is on another then', async (t) => {
  const { cluster: made, bytes, blob } = await withFile(['a'], 20);
  await using cluster = made;
  const { blobs } = await cluster.join('b');
  await repair(cluster);
  cluster.down.add('a');
  t.true((await get(blobs, blob)).equals(bytes));
});

test('copies are made in the background, and by nobody twice', async (t) => {
  const { cluster: made, bytes, blob } = await withFile(NODES, 20);
  await using cluster = made;
  cluster.down.add('c');
  const missing = (): number => 40 - chunks(cluster) + cluster.node('c').store.usage().chunks;
  let pulled = 0;
  const wanted = missing() * MIB;
  cluster.tamper = (part) => {
    pulled += part.length;
    return part;
  };
  while (missing() > 0) {
    cluster.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.is(pulled, wanted);
  cluster.down.add('a');
  t.true((await get(cluster.node('b').blobs, blob)).equals(bytes));
});

test('copies are made no faster than they may be', async (t) => {
  const { cluster: made } = await withFile(['a'], 20, { repairBytesPerSecond: MIB });
  await using cluster = made;
  const { store } = await cluster.join('b');
  const repairing = cluster.node('a').store.repair();
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  let before = 0;
  for (let second = 0; store.usage().chunks < 20; second++) {
    await turns();
    t.true(store.usage().chunks <= 3 + second, `${store.usage().chunks} after ${second} s`);
    t.true(store.usage().chunks >= before);
    before = store.usage().chunks;
    cluster.clock.advance(1_000);
  }
  await repairing;
});

test('a blob that no path stands for is not brought to anybody', async (t) => {
  const { cluster: made, blob } = await withFile(NODES, 20, { unboundMs: 0, holdMs: 0 });
  await using cluster = made;
  await good(cluster.node('a').files.delete('/x'));
  for (const { store } of cluster.nodes.values())
    while ((await good(store.peerCalls.boundBlobs([blob])))[0] === true)
      await new Promise((resolve) => setImmediate(resolve));
  const before = chunks(cluster);
  await lose(cluster, 'b');
  t.is(chunks(cluster), before);
});

async function damageAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    await writeFile(path, bytes);
  }
}

test('chunks that are damaged are read from another node, and mended by that', async (t) => {
  const { cluster: made, bytes, blob } = await withFile(['a', 'b'], 5);
  await using cluster = made;
  await cluster.stop('a');
  await damageAll(cluster.path('a', 'chunks'));
  const { blobs } = await cluster.add('a');
  t.true((await get(blobs, blob)).equals(bytes));
  cluster.down.add('b');
  t.true((await get(blobs, blob)).equals(bytes));
});

test('a manifest that is damaged is restored from another node', async (t) => {
  const { cluster: made, bytes, blob } = await withFile(['a', 'b'], 2);
  await using cluster = made;
  await cluster.stop('a');
  await damageAll(cluster.path('a', 'manifests'));
  const node = await cluster.add('a');
  t.is(node.store.usage().damagedManifests, 1);
  await repair(cluster);
  t.is(node.store.usage().damagedManifests, 0);
  cluster.down.add('b');
  t.true((await get(node.blobs, blob)).equals(bytes));
});
