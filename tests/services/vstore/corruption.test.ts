import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

async function only(folder: string): Promise<string> {
  const [path, ...more] = await filesIn(folder);
  if (path === undefined || more.length > 0) throw new Error(`not one file in ${folder}`);
  return path;
}

test('a chunk of which one bit changed on the disk is never read', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs } = cluster.node('a');
  const blob = await put(blobs, noise(1_000));
  await cluster.join('b');
  await flip(await only(cluster.path('a', 'chunks')), 500);
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt');
  t.is(await tagOf(blobs.read(blob, 0, 1)), 'corrupt');
  t.is((await filesIn(cluster.path('a', 'quarantine'))).length, 1);
});

test('a chunk that is shorter on the disk is never read', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(1_000));
  await cluster.join('b');
  await truncate(await only(cluster.path('a', 'chunks')), 999);
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt');
  await cluster.restart('a');
  t.is(await tagOf(cluster.node('a').blobs.read(blob, 0, 1)), 'corrupt');
});

test('a chunk that is gone from the disk is lost, not forgotten', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(1_000));
  await cluster.join('b');
  await rm(await only(cluster.path('a', 'chunks')));
  t.is(await tagOf(cluster.node('a').blobs.read(blob, 0, 1)), 'corrupt');
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt');
});

test('a damaged chunk is replaced when the same bytes are stored again', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(1_000));
  await flip(await only(cluster.path('a', 'chunks')), 0);
  const { blobs } = await cluster.restart('a');
  await put(blobs, noise(1_000));
  t.true((await get(blobs, blob)).equals(noise(1_000)));
});

test('bytes that are changed on their way are never read', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(2 * MIB));
  await cluster.join('b');
  cluster.tamper = (bytes) => Uint8Array.from(bytes).fill(7, 0, 1);
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt');
  cluster.tamper = (bytes) => bytes;
  t.true((await get(cluster.node('b').blobs, blob)).equals(noise(2 * MIB)));
});

test('more or fewer bytes than there are to be pulled are never read', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(1_000));
  await cluster.join('b');
  for (const length of [999, 1_001, 0]) {
    cluster.tamper = (bytes) => Buffer.concat([bytes, bytes]).subarray(0, length);
    t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt', `${length}`);
  }
});

test('a chunk that is sound and does not get here is unreachable, not corrupt', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(1_000));
  await cluster.join('b');
  cluster.tamper = () => {
    throw new Error('nobody answers the pull');
  };
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'unreachable');
  await flip(await only(cluster.path('a', 'chunks')), 500);
  t.is(await tagOf(cluster.node('b').blobs.read(blob, 0, 1)), 'corrupt');
});

test('a chunk that is changed on its way to be kept is kept elsewhere', async (t) => {
  await using cluster = await Cluster.start(['a', 'b', 'c']);
  let changed = 0;
  cluster.tamper = (bytes) => (changed++ === 0 ? Uint8Array.from(bytes).fill(7, 0, 1) : bytes);
  const blob = await put(cluster.node('a').blobs, noise(40 * MIB));
  const extents = await good(cluster.node('a').blobs.locate(blob, 0, 40 * MIB));
  t.true(extents.every(({ nodes }) => nodes.length === 2));
  t.true((await get(cluster.node('b').blobs, blob)).equals(noise(40 * MIB)));
  t.true((await get(cluster.node('c').blobs, blob)).equals(noise(40 * MIB)));
});

test('a blob of which every copy is changed on its way is not stored', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  cluster.tamper = (bytes) => Uint8Array.from(bytes).fill(7, 0, 1);
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(MIB / 2)));
  t.is(await tagOf(blobs.seal(writer)), 'unreachable');
  t.is(cluster.node('b').store.usage().chunks, 0);
});

test('a manifest that changed on the disk makes its blob corrupt, and no chunk goes while it is there', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1_000));
  await cluster.join('b');
  await good(files.bind('/x', blob));
  const manifest = await only(cluster.path('a', 'manifests'));
  await cluster.stop('a');
  await flip(manifest, 20);
  const node = await cluster.add('a');
  t.is(await tagOf(node.blobs.read(blob, 0, 1)), 'corrupt');
  t.is(await tagOf(cluster.node('b').blobs.size(blob)), 'corrupt');
  t.is(node.store.usage().damagedManifests, 1);
  t.regex(node.warnings.join(), /manifest/);
  await cluster.collect();
  t.is(node.store.usage().chunks, 1);
});

test('damage in the middle of the journal of paths keeps the store from opening', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(10));
  for (const path of ['/1', '/2', '/3']) await good(files.bind(path, blob));
  await cluster.stop('a');
  await flip(cluster.path('a', 'paths.journal'), 60);
  await t.throwsAsync(cluster.add('a'), { code: 'journal-corrupt', message: /byte 20/ });
});

test('files that are none of the store are taken away when it opens', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blob = await put(cluster.node('a').blobs, noise(10));
  const chunk = await only(cluster.path('a', 'chunks'));
  await cluster.stop('a');
  await writeFile(join(chunk, '..', 'rubbish'), 'x');
  await writeFile(cluster.path('a', 'tmp', '17'), 'half a chunk');
  const { blobs } = await cluster.add('a');
  t.deepEqual(await filesIn(cluster.path('a', 'chunks')), [chunk]);
  t.deepEqual(await filesIn(cluster.path('a', 'tmp')), []);
  t.true((await get(blobs, blob)).equals(noise(10)));
});
