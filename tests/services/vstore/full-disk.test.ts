import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';
import { FaultyDisk } from './support/faulty-disk.ts';
import { TestFolder } from './support/folder.ts';

interface Limited {
  readonly cluster: Cluster;
  readonly disks: ReadonlyMap<string, FaultyDisk>;
}

async function startLimited(names: readonly string[], reserveBytes = 0): Promise<Limited> {
  const disks = new Map<string, FaultyDisk>();
  const wrapDisk = (
    disk: ConstructorParameters<typeof FaultyDisk>[0],
    node: string,
  ): FaultyDisk => {
    const wrapped = new FaultyDisk(disk);
    disks.set(node, wrapped);
    return wrapped;
  };
  return { cluster: await Cluster.start(names, { wrapDisk, reserveBytes }), disks };
}

function limit({ disks }: Limited, node: string, room: number): void {
  const disk = disks.get(node);
  if (disk !== undefined) disk.room = room;
}

/** Writes until the disk is full; gives the tag of the first error. */
async function fill(cluster: Cluster): Promise<string> {
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  for (let count = 0; count < 100; count++) {
    const appended = await blobs.append(writer, noise(4 * MIB, count + 10));
    if (appended.ok) continue;
    await blobs.abort(writer);
    return appended.error.tag;
  }
  return tagOf(blobs.seal(writer));
}

test('a full disk fails append or seal, and harms nothing that is stored', async (t) => {
  const limited = await startLimited(['a']);
  await using cluster = limited.cluster;
  const { blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(3 * MIB));
  await good(files.bind('/kept', blob));
  limit(limited, 'a', 6 * MIB);
  t.is(await fill(cluster), 'full');
  t.true((await get(blobs, blob)).equals(noise(3 * MIB)));
  limit(limited, 'a', Infinity);
  await good(files.bind('/new', await put(blobs, noise(5 * MIB, 2))));
  const node = await cluster.restart('a');
  t.is((await good(node.files.stat('/kept'))).blob, blob);
  t.true((await get(node.blobs, blob)).equals(noise(3 * MIB)));
});

test('a manifest for which there is no room fails seal', async (t) => {
  const limited = await startLimited(['a']);
  await using cluster = limited.cluster;
  const { blobs } = cluster.node('a');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(MIB)));
  while (cluster.node('a').store.usage().chunks < 1)
    await new Promise((resolve) => setImmediate(resolve));
  limit(limited, 'a', 10);
  t.is(await tagOf(blobs.seal(writer)), 'full');
  t.is(cluster.node('a').store.usage().openWriters, 0);
  limit(limited, 'a', Infinity);
  await cluster.collect();
  t.is(cluster.node('a').store.usage().chunks, 0);
});

test('a journal for which there is no room fails bind, and the path stays as it was', async (t) => {
  const limited = await startLimited(['a']);
  await using cluster = limited.cluster;
  const { blobs, files } = cluster.node('a');
  const [one, other] = [await put(blobs, noise(1)), await put(blobs, noise(2))];
  await good(files.bind('/x', one));
  limit(limited, 'a', 3);
  t.is(await tagOf(files.bind('/x', other)), 'full');
  t.is(await tagOf(files.delete('/x')), 'full');
  t.is((await good(files.stat('/x'))).blob, one);
  limit(limited, 'a', Infinity);
  t.is((await good((await cluster.restart('a')).files.stat('/x'))).blob, one);
});

test('a scratch blob for which there is no room fails, and leaves nothing', async (t) => {
  const limited = await startLimited(['a']);
  await using cluster = limited.cluster;
  const { blobs, store } = cluster.node('a');
  limit(limited, 'a', 2 * MIB);
  const writer = await good(blobs.create('scratch'));
  await blobs.append(writer, noise(4 * MIB));
  t.is(await tagOf(blobs.seal(writer)), 'full');
  t.is(store.usage().scratchChunks, 0);
});

test('chunks leave the reserve free, so that paths can still be bound and deleted', async (t) => {
  const limited = await startLimited(['a'], 2 * MIB);
  await using cluster = limited.cluster;
  const { blobs, files } = cluster.node('a');
  limit(limited, 'a', 7 * MIB);
  const blob = await put(blobs, noise(MIB));
  t.is(await fill(cluster), 'full');
  t.true((limited.disks.get('a')?.room ?? 0) >= 2 * MIB);
  await good(files.bind('/x', blob));
  await good(files.delete('/x'));
});

test('the stripes of a node whose disk is full go to the others', async (t) => {
  const limited = await startLimited(['a', 'b', 'c']);
  await using cluster = limited.cluster;
  limit(limited, 'b', 3 * MIB);
  const blob = await put(cluster.node('a').blobs, noise(96 * MIB));
  t.true(cluster.node('b').store.usage().bytes <= 3 * MIB);
  t.true((await get(cluster.node('c').blobs, blob)).equals(noise(96 * MIB)));
});

test('a small file system that is full gives full, keeps what it has and leaves no temporary file', async (t) => {
  await using folder = await TestFolder.make();
  const mounted = folder.path('mounted');
  await mkdir(mounted);
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', mounted], {
      stdio: 'pipe',
    });
  } catch (error) {
    // The other tests of this file do the same to a disk that only says that it is full.
    t.log(`not run: this user may not mount a file system (${String(error)})`);
    t.fail('a file system cannot be mounted here: run the tests as root');
    return;
  }
  try {
    await using cluster = await Cluster.start(['a'], { reserveBytes: 0, folder: mounted });
    const { blobs, files } = cluster.node('a');
    const blob = await put(blobs, noise(3 * MIB));
    await good(files.bind('/kept', blob));
    await writeFile(join(mounted, 'ballast'), noise(5 * MIB));
    t.is(await fill(cluster), 'full');
    t.deepEqual(await readdir(cluster.path('a', 'tmp')), []);
    t.true((await get(blobs, blob)).equals(noise(3 * MIB)));
    await cluster.collect();
    t.is(cluster.node('a').store.usage().chunks, 3);
    const node = await cluster.restart('a');
    t.true(
      (await get(node.blobs, (await good(node.files.stat('/kept'))).blob)).equals(noise(3 * MIB)),
    );
  } finally {
    execFileSync('/bin/umount', [mounted]);
  }
});
