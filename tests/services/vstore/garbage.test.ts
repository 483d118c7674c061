import test from 'ava';
import { get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];
const HOUR_MS = 3_600_000;

function chunks(cluster: Cluster): number {
  return [...cluster.nodes.values()].reduce((sum, { store }) => sum + store.usage().chunks, 0);
}

test('a blob without a path goes from all nodes after an hour, and not before', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const blob = await put(blobs, noise(40 * MIB));
  cluster.clock.advance(HOUR_MS - 1);
  await cluster.collect();
  t.is(chunks(cluster), 80); // each is on two nodes
  t.is(await good(blobs.size(blob)), 40 * MIB);
  cluster.clock.advance(1);
  await cluster.collect();
  t.is(chunks(cluster), 0);
  t.is(await tagOf(blobs.size(blob)), 'not-found');
});

test('a blob that a path stands for never goes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(40 * MIB));
  await good(files.bind('/kept', blob));
  for (let hour = 0; hour < 5; hour++) {
    cluster.clock.advance(HOUR_MS);
    await cluster.collect();
    for (const name of NODES) await cluster.restart(name);
  }
  t.true((await get(cluster.node('b').blobs, blob)).equals(noise(40 * MIB)));
});

test('the bytes of a path that was deleted go within minutes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(40 * MIB))));
  await good(cluster.node('b').files.delete('/x'));
  await cluster.collect();
  t.is(chunks(cluster), 80);
  cluster.clock.advance(120_000);
  await cluster.collect();
  t.is(chunks(cluster), 0);
});

test('the bytes of a path that was bound to another blob go within minutes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(20 * MIB))));
  const other = await put(blobs, noise(5 * MIB, 2));
  await good(files.bind('/x', other));
  cluster.clock.advance(120_000);
  await cluster.collect();
  t.is(chunks(cluster), 10);
  t.true((await get(blobs, other)).equals(noise(5 * MIB, 2)));
});

test('a blob that two paths stand for goes with the second', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(MIB));
  await good(files.bind('/x', blob));
  await good(files.bind('/y', blob));
  await good(files.delete('/x'));
  cluster.clock.advance(2 * HOUR_MS);
  await cluster.collect();
  t.is(chunks(cluster), 2);
  await good(files.delete('/y'));
  cluster.clock.advance(2 * HOUR_MS);
  await cluster.collect();
  t.is(chunks(cluster), 0);
});

test('a chunk that another blob of another home has too stays', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const bytes = noise(40 * MIB);
  await good(a.files.bind('/a', await put(a.blobs, bytes)));
  const blob = await put(b.blobs, bytes);
  await good(b.files.bind('/b', blob));
  await good(a.files.delete('/a'));
  cluster.clock.advance(2 * HOUR_MS);
  await cluster.collect();
  t.true((await get(b.blobs, blob)).equals(bytes));
});

test('nothing goes while a member cannot be asked', async (t) => {
  await using cluster = await Cluster.start(NODES);
  await put(cluster.node('a').blobs, noise(3 * MIB));
  cluster.clock.advance(2 * HOUR_MS);
  cluster.down.add('c');
  await t.throwsAsync(cluster.node('a').store.collect(), { code: 'unreachable' });
  t.is(chunks(cluster), 6);
});

test('the chunks of a blob that is being written stay, however long that takes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  const bytes = noise(60 * MIB);
  for (let at = 0; at < 60; at += 4) {
    await good(blobs.append(writer, bytes.subarray(at * MIB, (at + 4) * MIB)));
    cluster.clock.advance(HOUR_MS);
    if (at % 12 === 0) await cluster.collect();
  }
  const blob = await good(blobs.seal(writer));
  await cluster.collect();
  t.true((await get(cluster.node('c').blobs, blob)).equals(bytes));
});

test('the chunks of a blob that was aborted go', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  const bytes = noise(4 * MIB);
  for (let count = 0; count < 10; count++) {
    await good(blobs.append(writer, noise(4 * MIB, count + 1)));
  }
  await good(blobs.append(writer, bytes));
  await blobs.abort(writer);
  t.true(chunks(cluster) >= 80);
  await cluster.collect();
  t.is(chunks(cluster), 0);
});

test('the chunks that a node was keeping for one that was killed go', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  for (let count = 0; count < 12; count++) {
    await good(blobs.append(writer, noise(4 * MIB, count + 1)));
  }
  await cluster.restart('a');
  await cluster.collect();
  t.is(chunks(cluster), 0);
});

test('the bytes that are stored while the same ones are collected are not lost', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, store } = cluster.node('a');
  const bytes = noise(40 * MIB);
  for (let round = 0; round < 5; round++) {
    cluster.clock.advance(2 * HOUR_MS);
    const collecting = (async () => {
      for (const node of cluster.nodes.values()) await node.store.collect();
    })();
    const [blob] = await Promise.all([put(blobs, bytes), collecting, store.collect()]);
    t.true((await get(cluster.node('b').blobs, blob)).equals(bytes));
  }
});

test('a path that is brought to other nodes while garbage is collected keeps its blob', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(MIB));
  const paths = Array.from({ length: 20 }, (_, index) => `/file-${index}`);
  for (const path of paths) await good(files.bind(path, blob));
  cluster.clock.advance(2 * HOUR_MS);
  for (const name of ['c', 'd', 'e']) {
    await cluster.add(name);
    cluster.members = [...cluster.members, name];
    const handing = [...cluster.nodes.values()].map((node) => node.store.repair());
    await Promise.all([...handing, cluster.collect()]);
  }
  t.true((await get(cluster.node('e').blobs, blob)).equals(noise(MIB)));
});

test('garbage is collected in the background', async (t) => {
  await using cluster = await Cluster.start(NODES);
  await put(cluster.node('a').blobs, noise(20 * MIB));
  while (chunks(cluster) > 0) {
    cluster.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.is(chunks(cluster), 0);
});
