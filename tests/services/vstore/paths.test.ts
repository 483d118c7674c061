// What paths stand for outlives any node, and so does the index of which there are.
import test from 'ava';
import { bad, get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster, type TestNode } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];
const PATHS = Array.from({ length: 60 }, (_, index) => `/file-${index}`);
const HOUR_MS = 3_600_000;
const GONE_MS = 60_000;

async function listed({ files }: TestNode): Promise<string[]> {
  return (await good(files.list('/', undefined))).map(({ path }) => path);
}

/** Lets whatever was to be told be told, and what this sets in motion. */
async function settle(cluster: Cluster): Promise<void> {
  for (const { store } of cluster.nodes.values()) await store.repair();
}

async function until(cluster: Cluster, holds: () => boolean): Promise<void> {
  while (!holds()) {
    cluster.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('paths are found, listed, bound and deleted whichever node is lost', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  for (const lost of NODES) {
    cluster.down.add(lost);
    for (const node of [...cluster.nodes.values()].filter(({ name }) => name !== lost)) {
      t.is((await listed(node)).length, PATHS.length, `${node.name} without ${lost}`);
      t.is((await good(node.files.stat('/file-7'))).blob, blob);
      const path = `/of-${node.name}`;
      await good(node.files.bind(path, blob));
      await good(node.files.delete(path));
      t.is(await tagOf(node.files.stat(path)), 'not-found');
    }
    cluster.down.clear();
  }
  t.is((await listed(cluster.node('a'))).length, PATHS.length);
});

test('a node that missed how a path changed does not bring the old back', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const [one, other] = [await put(blobs, noise(1)), await put(blobs, noise(2))];
  for (const path of PATHS) await good(files.bind(path, one));
  cluster.down.add('c');
  for (const path of PATHS.slice(0, 20)) await good(files.delete(path));
  for (const path of PATHS.slice(20, 40)) await good(files.bind(path, other));
  cluster.down.clear();
  const expect = async (): Promise<void> => {
    const stats = await good(cluster.node('c').files.list('/', undefined));
    t.is(stats.length, 40);
    for (const { path, blob } of stats) t.is(blob, PATHS.indexOf(path) < 40 ? other : one, path);
  };
  await expect();
  await settle(cluster);
  await expect();
});

test('a path is listed though whoever bound it was never answered', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  cluster.registers.answers = () => false;
  t.is(await tagOf(files.bind('/x', blob)), 'unreachable');
  cluster.registers.answers = () => true;
  t.deepEqual(await listed(cluster.node('b')), ['/x']);
});

test('a change that came to nothing is not listed, and its blob goes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(MIB));
  cluster.registers.beforeSwap = () => Promise.reject(new Error('test: killed here'));
  t.is(await tagOf(files.bind('/x', blob)), 'other');
  cluster.registers.beforeSwap = () => Promise.resolve();
  t.deepEqual(await listed(cluster.node('b')), []);
  cluster.clock.advance(2 * HOUR_MS);
  await cluster.collect();
  t.is((await get(blobs, blob)).length, MIB, 'the register may still come to have it');
  await until(cluster, () =>
    [...cluster.nodes.values()].every(({ store }) => store.usage().paths === 0),
  );
  await until(cluster, () => cluster.node('a').store.usage().blobs === 0);
  t.is(await tagOf(files.stat('/x')), 'not-found');
});

test('whoever was about to bind a path and was held up for long binds it no more', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs } = cluster.node('a');
  const [one, other] = [await put(blobs, noise(1)), await put(blobs, noise(2))];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  cluster.registers.beforeSwap = (node) => (node === 'b' ? released : Promise.resolve());
  const slow = cluster.node('b').files.bind('/x', one);
  await until(cluster, () =>
    cluster.calls.some((call) => call.startsWith('b ') && call.endsWith('note-paths')),
  );
  await good(cluster.node('a').files.bind('/x', other));
  release();
  // Its version is taken, so it tries again on top of what the other bound.
  t.is((await good(slow)).blob, one);
  t.is((await good(cluster.node('c').files.stat('/x'))).blob, one);
});

test('of many changes of a path at the same time each is made on top of another', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const blob = await put(cluster.node('a').blobs, noise(1));
  const changes = NODES.flatMap((name) =>
    [1, 2, 3].map(() => good(cluster.node(name).files.bind('/x', blob))),
  );
  await Promise.all(changes);
  await good(cluster.node('a').files.delete('/x'));
  t.deepEqual(await listed(cluster.node('b')), []);
});

test('paths of a node that is gone are brought to another, and are left again when it is back', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  const all = (): number =>
    [...cluster.nodes.values()].reduce((sum, { store }) => sum + store.usage().paths, 0);
  t.is(all(), 2 * PATHS.length);
  cluster.down.add('c');
  await until(cluster, () => cluster.node('a').store.usage().paths === PATHS.length);
  await until(cluster, () => cluster.node('b').store.usage().paths === PATHS.length);
  cluster.down.clear();
  await until(cluster, () => all() === 2 * PATHS.length);
  t.is((await listed(cluster.node('c'))).length, PATHS.length);
});

test('a new member is given the paths that it is to know', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  for (const path of PATHS) await good(files.bind(path, blob));
  await cluster.join('b');
  await cluster.node('a').store.repair();
  t.is(cluster.node('b').store.usage().paths, PATHS.length);
  await cluster.join('c');
  for (const { store } of cluster.nodes.values()) await store.repair();
  t.true(cluster.node('c').store.usage().paths > 20);
  await cluster.restart('c');
  t.is((await listed(cluster.node('c'))).length, PATHS.length);
});

test('what was taken away is forgotten once all members have forgotten it', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(1))));
  await good(files.delete('/x'));
  t.true([...cluster.nodes.values()].some(({ store }) => store.usage().paths > 0));
  await until(cluster, () =>
    [...cluster.nodes.values()].every(({ store }) => store.usage().paths === 0),
  );
  t.is(await tagOf(files.stat('/x')), 'not-found');
});

test('a list that may lack a path says which members are missing', async (t) => {
  await using cluster = await Cluster.start(NODES);
  cluster.down.add('b');
  cluster.down.add('c');
  const { tag, val } = await bad(cluster.node('a').files.list('/', undefined));
  t.is(tag, 'unreachable');
  t.regex(val, /b, c/);
});

test('a path is not bound where too few members can note it', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const blob = await put(cluster.node('a').blobs, noise(1));
  cluster.down.add('b');
  cluster.down.add('c');
  t.is(await tagOf(cluster.node('a').files.bind('/x', blob)), 'unreachable');
  cluster.clock.advance(GONE_MS);
  t.is(await tagOf(cluster.node('a').files.bind('/x', blob)), 'unreachable');
});
