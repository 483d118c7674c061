import test from 'ava';
import { comparePaths } from '#services/vstore/path.ts';
import { rankedFor } from '#services/vstore/rendezvous.ts';
import { bad, get, good, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const NODES = ['a', 'b', 'c'];

test('a path stands for the blob that was bound to it, on every node', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(100));
  for (const path of ['/1', '/2', '/3']) {
    const stat = await good(files.bind(path, blob));
    t.like(stat, { path, size: 100, blob });
    for (const node of cluster.nodes.values()) t.deepEqual(await good(node.files.stat(path)), stat);
  }
});

test('a path that is bound again stands for the other blob', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(1))));
  const other = await put(blobs, noise(2));
  await good(files.bind('/x', other));
  t.is((await good(cluster.node('b').files.stat('/x'))).blob, other);
});

test('a path outlives the restart of all nodes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const blob = await put(cluster.node('a').blobs, noise(100));
  const stat = await good(cluster.node('a').files.bind('/x', blob));
  for (const name of NODES) await cluster.restart(name);
  t.deepEqual(await good(cluster.node('c').files.stat('/x')), stat);
  t.true((await get(cluster.node('c').blobs, blob)).equals(noise(100)));
});

test('a path that was deleted is not found, nor can it be deleted again', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(1))));
  await good(cluster.node('b').files.delete('/x'));
  t.is(await tagOf(files.stat('/x')), 'not-found');
  t.is(await tagOf(files.delete('/x')), 'not-found');
  for (const name of NODES) await cluster.restart(name);
  t.is(await tagOf(cluster.node('a').files.stat('/x')), 'not-found');
});

test('one of two deletes at the same time does not find the path', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  await good(files.bind('/x', await put(blobs, noise(1))));
  const results = await Promise.all([files.delete('/x'), cluster.node('b').files.delete('/x')]);
  t.is(results.filter(({ ok }) => ok).length, 1);
});

test('a blob that does not exist cannot be bound', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { files } = cluster.node('a');
  for (const id of ['nonsense', `${'ab'.repeat(32)}.b`, `${'ab'.repeat(32)}.nobody`]) {
    t.is(await tagOf(files.bind('/x', id)), 'not-found');
  }
  t.is(await tagOf(files.stat('/x')), 'not-found');
});

test('a scratch blob cannot be bound', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1), 'scratch');
  t.is(await tagOf(files.bind('/x', blob)), 'refused');
});

test('a path against the rules is refused by every call', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  const wrong = [
    '',
    'x',
    '/',
    '//',
    '/a/',
    '/a//b',
    '/.',
    '/a/../b',
    '/\0',
    `/${'x'.repeat(256)}`,
    '/\ud800',
  ];
  for (const path of [...wrong, `/${'é'.repeat(128)}`, '/abc'.repeat(257)]) {
    t.is(await tagOf(files.bind(path, blob)), 'refused', path);
    t.is(await tagOf(files.stat(path)), 'refused', path);
    t.is(await tagOf(files.delete(path)), 'refused', path);
  }
});

test('the longest path that is allowed can be bound', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, files } = cluster.node('a');
  const path = `/${'x'.repeat(255)}`.repeat(4);
  t.is(path.length, 1_024);
  await good(files.bind(path, await put(blobs, noise(1))));
  await good(files.bind(`/...${'é'.repeat(126)}`, await put(blobs, noise(1))));
  t.is((await good(files.list('/', undefined))).length, 2);
});

test('a list has the paths of all nodes with the prefix, in the order of their bytes', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  const names = ['/p/\u{1f600}', '/p/\uffee', '/p/b', '/p/a', '/p/a/x', '/q/a', '/p', '/p/é'];
  for (const name of names) await good(files.bind(name, blob));
  const listed = (await good(files.list('/p/', undefined))).map(({ path }) => path);
  const byBytes = (one: string, other: string): number =>
    Buffer.compare(Buffer.from(one), Buffer.from(other));
  t.deepEqual(listed, names.filter((name) => name.startsWith('/p/')).toSorted(byBytes));
  t.is((await good(files.list('', undefined))).length, names.length);
  t.deepEqual(await good(files.list('/nothing', undefined)), []);
});

test('a list goes on behind a path, a thousand at a time', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  const all = Array.from({ length: 3_100 }, (_, index) => `/n/${String(index).padStart(5, '0')}`);
  await Promise.all(all.map((path) => good(files.bind(path, blob))));
  const found: string[] = [];
  const pages: number[] = [];
  for (let after: string | undefined; ;) {
    const page = (await good(files.list('/n/', after))).map(({ path }) => path);
    if (page.length === 0) break;
    pages.push(page.length);
    found.push(...page);
    after = page.at(-1);
  }
  t.deepEqual(found, all);
  t.deepEqual(pages, [1_000, 1_000, 1_000, 100]);
});

test('paths are compared as their bytes are', (t) => {
  const paths = [
    '',
    'a',
    'ab',
    'b',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    'a\u{10000}',
    'a\uffff',
  ];
  for (const one of paths) {
    for (const other of paths) {
      const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
      t.is(Math.sign(comparePaths(one, other)), expected, `${one} ${other}`);
    }
  }
});

test('the order of the members for a key is the same on every version of this program', (t) => {
  const orders = ['/a', '/b', '/input/part-0'].map((key) => rankedFor(key, ['n1', 'n2', 'n3'])[0]);
  t.deepEqual(orders, ['n1', 'n3', 'n3']);
});

test('while the roster is not known, calls say what to wait for', async (t) => {
  await using cluster = await Cluster.start(NODES);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  cluster.ready = false;
  for (const call of [files.bind('/x', blob), files.list('/', undefined)]) {
    const { tag, val } = await bad(call);
    t.is(tag, 'unreachable');
    t.regex(val, /joined/);
  }
  t.true((await get(blobs, blob)).equals(noise(1)));
});
