import test from 'ava';
import { copiesFor } from '#services/vstore/replication.ts';
import { bad, get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];
const STRIPE = 16 * MIB;

test('two nodes have each thing, three from four nodes on, and a node alone has one copy', (t) => {
  t.deepEqual([1, 2, 3, 4, 5, 16].map(copiesFor), [1, 2, 2, 3, 3, 3]);
});

test('a blob is read whole on the others whichever node is lost', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const bytes = noise(70 * MIB);
  const blob = await put(cluster.node('a').blobs, bytes);
  for (const lost of NODES) {
    cluster.down.add(lost);
    for (const name of NODES.filter((each) => each !== lost))
      t.true((await get(cluster.node(name).blobs, blob)).equals(bytes), `${name} without ${lost}`);
    cluster.down.clear();
  }
});

test('of four nodes any two may be lost', async (t) => {
  await using cluster = await Cluster.start([...NODES, 'd']);
  const bytes = noise(20 * MIB);
  const blob = await put(cluster.node('a').blobs, bytes);
  for (const lost of [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
    ['c', 'd'],
  ]) {
    for (const name of lost) cluster.down.add(name);
    const left = cluster.members.find((name) => !lost.includes(name)) ?? '';
    t.true((await get(cluster.node(left).blobs, blob)).equals(bytes), lost.join());
    cluster.down.clear();
  }
});

test('who has read a stripe where it is meant for has the first bytes of the next', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('b');
  const blob = await put(blobs, noise(100 * MIB));
  const extents = await good(blobs.locate(blob, 0, 100 * MIB));
  t.is(extents.length, 7);
  for (const [at, { nodes }] of extents.entries()) {
    const before = extents[at - 1]?.nodes[0];
    if (before !== undefined) t.true(nodes.includes(before), `stripe ${at}`);
  }
});

test('a reader that holds a copy pulls nothing', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const bytes = noise(40 * MIB);
  const blob = await put(cluster.node('a').blobs, bytes);
  cluster.tamper = () => {
    throw new Error('test: something was pulled');
  };
  for (const node of cluster.nodes.values()) t.true((await get(node.blobs, blob)).equals(bytes));
});

test('a node that goes in the middle of a chunk is passed over for the next that holds it', async (t) => {
  await using cluster = await Cluster.start([...NODES, 'd', 'e']);
  const bytes = noise(STRIPE);
  const blob = await put(cluster.node('a').blobs, bytes);
  const [extent] = await good(cluster.node('a').blobs.locate(blob, 0, STRIPE));
  const reader = cluster.members.find((name) => !extent?.nodes.includes(name)) ?? '';
  await good(cluster.node(reader).blobs.size(blob));
  let parts = 0;
  const gone: string[] = [];
  cluster.sends = (from) => {
    if (++parts % 5 !== 0 || gone.length >= 2) return;
    gone.push(from);
    cluster.down.add(from);
  };
  t.true((await get(cluster.node(reader).blobs, blob)).equals(bytes));
  t.is(gone.length, 2);
});

test('nothing is acknowledged that is not on as many nodes as it has to be', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  cluster.down.add('b');
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(10)));
  const { tag, val } = await bad(blobs.seal(writer));
  t.is(tag, 'unreachable');
  t.regex(val, /2 nodes/);
  cluster.down.clear();
  t.is(cluster.node('a').store.usage().blobs, 0);
});

test('a blob whose manifest cannot be given to another node is not made', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, store } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(MIB)));
  while (cluster.node('b').store.usage().chunks < 1)
    await new Promise((resolve) => setImmediate(resolve));
  cluster.down.add('b');
  t.is(await tagOf(blobs.seal(writer)), 'unreachable');
  t.is(store.usage().blobs, 0);
  t.is(store.holdings.of('alice'), 0);
});

test('a scratch blob is on its writer alone', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const blob = await put(cluster.node('a').blobs, noise(3 * MIB), 'scratch');
  for (const name of ['b', 'c']) t.is(cluster.node(name).store.usage().scratchChunks, 0);
  cluster.down.add('a');
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'unreachable');
});

test('a blob that nobody has is not found only once all have said so', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const id = `${'07'.repeat(32)}.a`;
  t.is(await tagOf(cluster.node('b').blobs.size(id)), 'not-found');
  cluster.down.add('c');
  const { tag, val } = await bad(cluster.node('b').blobs.size(id));
  t.is(tag, 'unreachable');
  t.regex(val, /c/);
});
