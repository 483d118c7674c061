import test from 'ava';
import { get, good, MIB, noise, put } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];

test('a file of 100 MB is spread over three nodes and read back the same on each', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const bytes = noise(100_000_000);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, bytes);
  await good(files.bind('/big', blob));
  for (const { store } of cluster.nodes.values()) {
    t.true(store.usage().bytes >= 16 * MIB, JSON.stringify(store.usage()));
  }
  for (const node of cluster.nodes.values()) {
    const { blob: found, size } = await good(node.files.stat('/big'));
    t.is(size, bytes.length);
    t.true((await get(node.blobs, found)).equals(bytes));
  }
  const extents = await good(blobs.locate(blob, 0, bytes.length));
  t.deepEqual([...new Set(extents.flatMap(({ nodes }) => nodes))].toSorted(), NODES);
  // A stripe stays together, so a task that reads 16 MiB finds them in one place.
  for (const { offset, size } of extents) {
    t.is(offset % (16 * MIB), 0);
    t.true(size % (16 * MIB) === 0 || offset + size === bytes.length);
  }
});

test('a blob of one stripe stays with its writer and one more node', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const blob = await put(cluster.node('b').blobs, noise(16 * MIB));
  const [extent, ...more] = await good(cluster.node('b').blobs.locate(blob, 0, 16 * MIB));
  t.is(extent?.nodes[0], 'b');
  t.is(extent?.nodes.length, 2);
  t.deepEqual(more, []);
});

test('the stripes of a node that cannot be reached go to the others', async (t) => {
  await using cluster = await Cluster.start(NODES);
  cluster.down.add('c');
  const bytes = noise(64 * MIB);
  const blob = await put(cluster.node('a').blobs, bytes);
  t.is(cluster.node('c').store.usage().chunks, 0);
  t.true((await get(cluster.node('b').blobs, blob)).equals(bytes));
});

test('a node that fails in the middle of a stripe loses no byte of it', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const bytes = noise(80 * MIB);
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, bytes.subarray(0, 4 * MIB)));
  for (let at = 4; at < 80; at += 4) {
    await good(blobs.append(writer, bytes.subarray(at * MIB, (at + 4) * MIB)));
    // Whoever has been given something by now goes.
    if (at === 20) cluster.down.add(cluster.node('b').store.usage().chunks > 0 ? 'b' : 'c');
  }
  const blob = await good(blobs.seal(writer));
  cluster.down.clear();
  t.true((await get(cluster.node('c').blobs, blob)).equals(bytes));
});

test('what a node cannot give is unreachable, and there again when the node is', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const bytes = noise(48 * MIB);
  const blob = await put(cluster.node('a').blobs, bytes);
  const { blobs } = cluster.node('b');
  await good(blobs.size(blob));
  cluster.down.add('a');
  cluster.down.add('c');
  const results = await Promise.all(
    Array.from({ length: 48 }, async (_, index) => blobs.read(blob, index * MIB, MIB)),
  );
  const tags = new Set(results.map((result) => (result.ok ? 'ok' : result.error.tag)));
  t.true(tags.has('unreachable'));
  tags.delete('ok');
  t.deepEqual([...tags], ['unreachable']);
  cluster.down.clear();
  t.true((await get(blobs, blob)).equals(bytes));
});

test('the bytes that a node does not have travel once however many read them at a time', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(MIB));
  await cluster.join('b');
  let pulled = 0;
  cluster.tamper = (bytes) => {
    pulled += bytes.length;
    return bytes;
  };
  const { blobs } = cluster.node('b');
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => good(blobs.read(blob, index * 1_000, 1_000))),
  );
  t.is(pulled, MIB);
});

test('who reads on from where it was finds the next chunk read ahead', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(4 * MIB));
  await cluster.join('b');
  const traffic = { pulled: 0 };
  cluster.tamper = (bytes) => {
    traffic.pulled += bytes.length;
    return bytes;
  };
  const { blobs } = cluster.node('b');
  await good(blobs.read(blob, 0, 1_000));
  await good(blobs.read(blob, 1_000, 1_000));
  t.is(traffic.pulled, MIB, 'whoever has only begun with a chunk may not want the next');
  await good(blobs.read(blob, 2_000, MIB / 2));
  while (traffic.pulled < 2 * MIB) await new Promise((resolve) => setImmediate(resolve));
  await good(blobs.read(blob, MIB - 500, 1_000));
  t.is(traffic.pulled, 2 * MIB);
});

test('a manifest of more than 64 KiB is pulled', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  // The same chunk over and over: a long blob that takes little room.
  const writer = await good(blobs.create('durable'));
  const bytes = new Uint8Array(4 * MIB);
  for (let count = 0; count < 600; count++) await good(blobs.append(writer, bytes));
  const blob = await good(blobs.seal(writer));
  await cluster.join('b');
  t.is(await good(cluster.node('b').blobs.size(blob)), 2_400 * MIB);
  t.true(
    (await good(cluster.node('b').blobs.read(blob, 2_399 * MIB, 10))).every((byte) => byte === 0),
  );
});
