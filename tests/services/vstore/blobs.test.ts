import { readdir } from 'node:fs/promises';
import test from 'ava';
import { bad, get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';
import { same } from '#tests/support/same.ts';

test('a blob gives back what was appended to it', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, Buffer.from('hello, ')));
  await good(blobs.append(writer, Buffer.from('world')));
  const blob = await good(blobs.seal(writer));
  t.is((await good(blobs.read(blob, 0, 100))).toString(), 'hello, world');
  t.is(await good(blobs.size(blob)), 12);
  t.true(blob.length <= 256);
});

test('a blob without bytes can be sealed and read', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const blob = await put(blobs, new Uint8Array(0));
  t.is(await good(blobs.size(blob)), 0);
  t.is((await good(blobs.read(blob, 0, 10))).length, 0);
  t.deepEqual(await good(blobs.locate(blob, 0, 10)), []);
});

test('a range is the same bytes wherever it begins and ends', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const bytes = noise(3 * MIB + 17);
  const blob = await put(cluster.node('a').blobs, bytes);
  const edges = [
    0,
    1,
    MIB - 1,
    MIB,
    MIB + 1,
    2 * MIB,
    3 * MIB - 1,
    3 * MIB,
    3 * MIB + 16,
    3 * MIB + 17,
  ];
  for (const { blobs } of cluster.nodes.values()) {
    for (const from of edges) {
      for (const to of [...edges, 4 * MIB]) {
        if (to < from) continue;
        const read = await good(blobs.read(blob, from, to - from));
        if (Buffer.compare(read, bytes.subarray(from, to)) !== 0) t.fail(`${from} to ${to}`);
      }
    }
  }
  t.is((await good(cluster.node('a').blobs.read(blob, 100 * MIB, 5))).length, 0);
});

test('two blobs of the same bytes have ids of their own and share their chunks', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const node = cluster.node('a');
  const one = await put(node.blobs, noise(2 * MIB));
  const other = await put(node.blobs, noise(2 * MIB));
  t.not(one, other);
  t.is(node.store.usage().chunks, 2);
});

test('a read of more than 4 MiB is refused', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const blob = await put(blobs, noise(10));
  t.is(await tagOf(blobs.read(blob, 0, 4 * MIB + 1)), 'refused');
  t.is(await tagOf(blobs.read(blob, -1, 1)), 'refused');
  t.is(await tagOf(blobs.read(blob, 0.5, 1)), 'refused');
});

test('an append of more than 4 MiB is refused and adds nothing', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  t.is(await tagOf(blobs.append(writer, Buffer.alloc(4 * MIB + 1))), 'refused');
  t.is(await good(blobs.size(await good(blobs.seal(writer)))), 0);
});

test('appends that are on their way at once are added in the order of the calls', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  const parts = Array.from({ length: 16 }, (_, at) => noise(700_000 + at));
  await Promise.all(parts.map((part) => good(blobs.append(writer, part))));
  const whole = Buffer.concat(parts);
  const blob = await good(blobs.seal(writer));
  same(t, Buffer.from(await good(blobs.read(blob, 0, 4 * MIB))), whole.subarray(0, 4 * MIB));
  t.is(await good(blobs.size(blob)), whole.length);
});

test('more than 16 appends on their way to one writer are refused', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  const out = Array.from({ length: 16 }, () => blobs.append(writer, noise(1)));
  t.is(await tagOf(blobs.append(writer, noise(1))), 'refused');
  for (const each of out) await good(each);
});

test('a writer that was sealed, aborted or never made is refused', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const [sealed, aborted] = [
    await good(blobs.create('durable')),
    await good(blobs.create('durable')),
  ];
  await good(blobs.seal(sealed));
  await blobs.abort(aborted);
  for (const writer of [sealed, aborted, 4_711]) {
    t.is(await tagOf(blobs.append(writer, noise(1))), 'refused');
    t.is(await tagOf(blobs.seal(writer)), 'refused');
    await blobs.abort(writer);
  }
});

test("another vTask's writer is refused", async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { store, blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  const stranger = store.callsFor({ vtid: 'stranger', creator: undefined, tenant: 'alice' }).blobs;
  t.is(await tagOf(stranger.append(writer, noise(1))), 'refused');
  await stranger.abort(writer);
  await good(blobs.append(writer, noise(1)));
});

test('the 65th open writer of a vTask is over its quota', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const writers: number[] = [];
  for (let count = 0; count < 64; count++) writers.push(await good(blobs.create('durable')));
  t.is(await tagOf(blobs.create('scratch')), 'quota-exceeded');
  await blobs.abort(writers[0] ?? 0);
  await good(blobs.create('scratch'));
});

test('all vTasks of a node together are over the quota of the node', async (t) => {
  await using cluster = await Cluster.start(['a'], { maxWriters: 2 });
  const { store, blobs } = cluster.node('a');
  await good(blobs.create('durable'));
  await good(blobs.create('durable'));
  const other = store.callsFor({ vtid: 'other', creator: undefined, tenant: 'alice' }).blobs;
  t.is(await tagOf(other.create('durable')), 'quota-exceeded');
  store.taskEnded('task-a');
  await good(other.create('durable'));
});

test('an id that names no blob is not found', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs } = cluster.node('a');
  const digest = 'ab'.repeat(32);
  for (const id of [
    '',
    'x',
    `${digest}.a`,
    `${digest}.b`,
    `${digest}.b.s`,
    `${digest}.nobody`,
    `${digest}.../a`,
  ]) {
    t.is(await tagOf(blobs.read(id, 0, 1)), 'not-found', id);
    t.is(await tagOf(blobs.size(id)), 'not-found', id);
    t.is(await tagOf(blobs.locate(id, 0, 1)), 'not-found', id);
    t.is(await tagOf(blobs.release(id)), 'refused', id);
  }
});

test('a scratch blob is read on every node and goes with the creator of its writer', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const blob = await put(a.blobs, noise(MIB + 5), 'scratch');
  t.true((await get(b.blobs, blob)).equals(noise(MIB + 5)));
  a.store.taskEnded('task-a');
  t.true((await get(a.blobs, blob)).equals(noise(MIB + 5)));
  a.store.taskEnded('creator-a');
  t.is(await tagOf(a.blobs.read(blob, 0, 1)), 'not-found');
  t.is(await tagOf(b.blobs.read(blob, 0, 1)), 'not-found');
});

test('a scratch blob of a vTask without a creator goes with the vTask', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { store, blobs } = cluster.node('a');
  const blob = await put(
    store.callsFor({ vtid: 'root', creator: undefined, tenant: 'alice' }).blobs,
    noise(5),
    'scratch',
  );
  t.is(await good(blobs.size(blob)), 5);
  store.taskEnded('root');
  t.is(await tagOf(blobs.size(blob)), 'not-found');
});

test('a scratch blob may be released by its writer and the creator, from any node, and by nobody else', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const one = await put(a.blobs, noise(9), 'scratch');
  const other = await put(a.blobs, noise(9), 'scratch');
  t.is(await tagOf(b.blobs.release(one)), 'refused');
  await good(a.blobs.release(one));
  t.is(await tagOf(a.blobs.release(one)), 'refused');
  t.true((await get(b.blobs, other)).equals(noise(9)));
  const creator = b.store.callsFor({
    vtid: 'creator-a',
    creator: undefined,
    tenant: 'alice',
  }).blobs;
  await good(creator.release(other));
  t.is(a.store.usage().scratchChunks, 0);
});

test('a durable blob cannot be released', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  t.is(await tagOf(blobs.release(await put(blobs, noise(1)))), 'refused');
});

test('scratch blobs leave nothing on the disk when they go', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { store, blobs } = cluster.node('a');
  await put(blobs, noise(3 * MIB), 'scratch');
  await put(blobs, noise(3 * MIB), 'scratch');
  t.is(store.usage().scratchChunks, 3);
  store.taskEnded('creator-a');
  t.is(store.usage().scratchBlobs, 0);
  await cluster.stop('a'); // waits for what it is doing
  const left = await readdir(cluster.path('a', 'scratch'), { recursive: true });
  t.deepEqual(
    left.filter((name) => name.includes('/')),
    [],
  );
});

test('the writers of a vTask that ends are dropped, and it begins no more', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { store, blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(2 * MIB)));
  store.taskEnded('task-a');
  t.is(store.usage().openWriters, 0);
  t.is(await tagOf(blobs.append(writer, noise(1))), 'refused');
  t.is(await tagOf(blobs.create('durable')), 'refused');
});

test('locate says which node holds which bytes', async (t) => {
  await using cluster = await Cluster.start(['a', 'b', 'c']);
  const { blobs } = cluster.node('a');
  const blob = await put(blobs, noise(40 * MIB));
  const extents = await good(blobs.locate(blob, 0, 40 * MIB));
  t.is(
    extents.reduce((sum, { size }) => sum + size, 0),
    40 * MIB,
  );
  const [part] = await good(blobs.locate(blob, 5, 7));
  t.like(part, { offset: 5, size: 7 });
  t.is(part?.nodes[0], 'a');
  t.is(part?.nodes.length, 2);
});

test('an error says what is wrong and with which value', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { val } = await bad(cluster.node('a').blobs.seal(17));
  t.regex(val, /17/);
});
