import test from 'ava';
import { keeperOf } from '#services/vstore/rendezvous.ts';
import { bad, good, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const PATHS = Array.from({ length: 200 }, (_, index) => `/file-${index}`);

/** A path that one node keeps before the roster grows, and another one after. */
function movingPath(
  before: string,
  members: readonly string[],
  after: string,
  grown: readonly string[],
): string {
  for (let number = 0; ; number++) {
    const path = `/moving-${number}`;
    if (keeperOf(path, members) === before && keeperOf(path, grown) === after) return path;
  }
}

async function grow(cluster: Cluster, name: string): Promise<void> {
  await cluster.add(name);
  cluster.members = [...cluster.members, name];
}

test('a new member takes over the paths that become its own, and no others move', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  const before = cluster.node('a').store.usage().paths;
  await grow(cluster, 'c');
  for (const node of cluster.nodes.values()) await node.store.handOver();
  const mine = PATHS.filter((path) => keeperOf(path, cluster.members) === 'c').length;
  t.true(mine > 30);
  t.is(cluster.node('c').store.usage().paths, mine);
  t.true(cluster.node('a').store.usage().paths < before);
  t.is((await good(files.list('/', undefined))).length, PATHS.length);
  for (const path of PATHS) t.is((await good(cluster.node('c').files.stat(path))).blob, blob);
});

test('a path that was handed over is on the disk of its new keeper', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  await grow(cluster, 'c');
  for (const node of cluster.nodes.values()) await node.store.handOver();
  const count = cluster.node('c').store.usage().paths;
  for (const name of cluster.members) await cluster.restart(name);
  t.is(cluster.node('c').store.usage().paths, count);
  t.is((await good(cluster.node('a').files.list('/', undefined))).length, PATHS.length);
});

test('a path is found before it was handed over', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const path = movingPath('a', ['a', 'b'], 'c', ['a', 'b', 'c']);
  const { blobs, files } = cluster.node('a');
  const stat = await good(files.bind(path, await put(blobs, noise(1))));
  await grow(cluster, 'c');
  t.deepEqual(await good(cluster.node('b').files.stat(path)), stat);
  t.is((await good(files.list('/', undefined))).length, 1);
});

test('a path that was bound anew or deleted is not undone by an old record', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const grown = ['a', 'b', 'c'];
  const path = movingPath('a', ['a', 'b'], 'c', grown);
  const { blobs, files } = cluster.node('a');
  await good(files.bind(path, await put(blobs, noise(1))));
  await grow(cluster, 'c');
  const other = await put(cluster.node('b').blobs, noise(2));
  await good(cluster.node('b').files.bind(path, other));
  t.deepEqual(
    (await good(files.list('/', undefined))).map(({ blob }) => blob),
    [other],
  );
  await cluster.node('a').store.handOver();
  t.is((await good(files.stat(path))).blob, other);
  await good(files.delete(path));
  await cluster.node('a').store.handOver();
  t.is(await tagOf(files.stat(path)), 'not-found');
  for (const node of cluster.nodes.values()) t.is(node.store.usage().paths, 0);
});

test('a path that was deleted while an old record was out of reach stays deleted', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const path = movingPath('a', ['a', 'b'], 'c', ['a', 'b', 'c']);
  const node = cluster.node('b');
  await good(node.files.bind(path, await put(node.blobs, noise(1))));
  await grow(cluster, 'c');
  cluster.down.add('a');
  // The new keeper may bind it without knowing what `a` has, and knows that it does not know.
  await good(node.files.bind(path, await put(node.blobs, noise(2))));
  await good(node.files.delete(path));
  t.is(await tagOf(node.files.stat(path)), 'not-found');
  await cluster.restart('c');
  cluster.down.clear();
  await cluster.node('a').store.handOver();
  t.is(await tagOf(node.files.stat(path)), 'not-found');
  t.deepEqual(await good(node.files.list('/', undefined)), []);
  for (const { store } of cluster.nodes.values()) t.is(store.usage().paths, 0);
});

test('a path that only a member out of reach may know is unreachable, by its name', async (t) => {
  await using cluster = await Cluster.start(['old-a', 'b']);
  const path = movingPath('old-a', ['old-a', 'b'], 'c', ['old-a', 'b', 'c']);
  const { blobs, files } = cluster.node('b');
  await good(files.bind(path, await put(blobs, noise(1))));
  await grow(cluster, 'c');
  cluster.down.add('old-a');
  const { tag, val } = await bad(files.stat(path));
  t.is(tag, 'unreachable');
  t.regex(val, /old-a/);
  cluster.down.clear();
  await good(files.stat(path));
});

test('a hand-over that is interrupted is taken up again', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  await grow(cluster, 'c');
  cluster.down.add('c');
  for (const name of ['a', 'b']) await cluster.node(name).store.handOver();
  t.is(cluster.node('c').store.usage().paths, 0);
  cluster.down.clear();
  for (const name of ['a', 'b']) await cluster.node(name).store.handOver();
  t.true(cluster.node('c').store.usage().paths > 30);
});

test('a node that lags behind with the roster is told so, and nothing is split', async (t) => {
  await using cluster = await Cluster.start(['a', 'b', 'c']);
  const path = movingPath('a', ['a', 'b'], 'c', ['a', 'b', 'c']);
  const blob = await put(cluster.node('a').blobs, noise(1));
  // As if `b` did not know `c` yet, and took `a` for the keeper.
  const outcome = await cluster.node('a').store.peerCalls.bindPath(path, blob);
  t.is(outcome.ok ? '' : outcome.error.tag, 'unreachable');
  t.is(await tagOf(cluster.node('a').files.stat(path)), 'not-found');
});

test('hand-over and changes at the same time lose nothing', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const [one, other] = [await put(blobs, noise(1)), await put(blobs, noise(2))];
  for (const path of PATHS) await good(files.bind(path, one));
  await grow(cluster, 'c');
  const changes = PATHS.map((path, index) => {
    const node = cluster.node(['a', 'b', 'c'][index % 3] ?? 'a');
    return index % 2 === 0 ? good(node.files.bind(path, other)) : good(node.files.delete(path));
  });
  await Promise.all([
    ...changes,
    ...[...cluster.nodes.values()].map(({ store }) => store.handOver()),
  ]);
  for (const { store } of cluster.nodes.values()) await store.handOver();
  const found = await good(files.list('/', undefined));
  t.is(found.length, PATHS.length / 2);
  t.true(found.every(({ blob }) => blob === other));
});

test('the roster is looked at every few seconds', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  await grow(cluster, 'c');
  while (cluster.node('c').store.usage().paths === 0) {
    cluster.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(cluster.node('c').store.usage().paths > 0);
});
