import test from 'ava';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { bad, get, good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';
import { FaultyDisk } from './support/faulty-disk.ts';

const BLOCK = 4_096;

function as(cluster: Cluster, tenant: string, node = 'a'): BlobsCalls {
  const owner = { vtid: `of-${tenant}`, creator: undefined, tenant };
  return cluster.node(node).store.callsFor(owner).blobs;
}

function held(cluster: Cluster, tenant: string, node = 'a'): number {
  return cluster.node(node).store.holdings.of(tenant);
}

test('a tenant writes no more than it may have, and another is not kept from anything by that', async (t) => {
  await using cluster = await Cluster.start(['a']);
  cluster.storeBytes.set('mallory', 2 * MIB);
  const blobs = as(cluster, 'mallory');
  const sealed = await put(blobs, noise(MIB));
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(MIB, 2)));
  t.deepEqual(await bad(blobs.append(writer, noise(1))), {
    tag: 'quota-exceeded',
    val: `store-bytes: ${2 * MIB + 1} would be held, at most ${2 * MIB}`,
  });
  t.is(await tagOf(blobs.create('durable')), 'quota-exceeded');
  t.is(held(cluster, 'mallory'), 2 * MIB);
  await put(cluster.node('a').blobs, noise(4 * MIB, 3));
  const other = await good(blobs.seal(writer)); // without what was refused
  t.is(held(cluster, 'mallory'), 2 * MIB);
  t.true((await get(blobs, other)).equals(noise(MIB, 2)));
  t.true((await get(blobs, sealed)).equals(noise(MIB)));
});

test('appends that are on their way together pass the limit no more than those that wait for each other', async (t) => {
  await using cluster = await Cluster.start(['a']);
  cluster.storeBytes.set('mallory', 3 * MIB);
  const blobs = as(cluster, 'mallory');
  const writers = await Promise.all([1, 2, 3, 4].map(() => good(blobs.create('durable'))));
  const results = await Promise.all(
    writers.map(async (writer, at) => blobs.append(writer, noise(MIB - BLOCK, at + 1))),
  );
  t.is(results.filter(({ ok }) => ok).length, 3);
  t.true(held(cluster, 'mallory') <= 3 * MIB);
});

test('blobs with nothing in them count as well', async (t) => {
  await using cluster = await Cluster.start(['a']);
  cluster.storeBytes.set('mallory', 10 * BLOCK);
  const blobs = as(cluster, 'mallory');
  for (let n = 0; n < 10; n++) await put(blobs, new Uint8Array(0));
  t.is(await tagOf(blobs.create('durable')), 'quota-exceeded');
  t.is((await blobs.create('scratch')).ok, true);
});

test('what is aborted, or dropped with its vTask, is given back at once', async (t) => {
  await using cluster = await Cluster.start(['a']);
  cluster.storeBytes.set('mallory', MIB);
  const blobs = as(cluster, 'mallory');
  for (const drop of [
    (writer: number) => blobs.abort(writer),
    () => cluster.node('a').store.taskEnded('of-mallory'),
  ]) {
    const writer = await good(blobs.create('durable'));
    await good(blobs.append(writer, noise(MIB)));
    await drop(writer);
    t.is(held(cluster, 'mallory'), 0);
  }
});

test('what was deleted counts until it is collected, by whomever it was bound', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  cluster.storeBytes.set('mallory', MIB);
  const blob = await put(as(cluster, 'mallory'), noise(MIB));
  const { files } = cluster.node('b');
  await good(files.bind('/theirs', blob));
  await good(files.delete('/theirs'));
  t.is(await tagOf(as(cluster, 'mallory').create('durable')), 'quota-exceeded');
  cluster.clock.advance(120_000);
  await cluster.collect();
  t.is(held(cluster, 'mallory'), 0);
  await put(as(cluster, 'mallory'), noise(MIB, 2));
});

test('what a tenant has is known after a restart, and is of the node where it was written', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  cluster.storeBytes.set('mallory', 20 * MIB);
  await put(as(cluster, 'mallory'), noise(20 * MIB)); // a stripe of it is on the other node
  t.is(held(cluster, 'mallory', 'b'), 0);
  await cluster.restart('a');
  t.is(held(cluster, 'mallory'), 20 * MIB);
  t.deepEqual(cluster.node('a').store.holdings.tenants(), ['mallory']);
  t.is(await tagOf(as(cluster, 'mallory').create('durable')), 'quota-exceeded');
  await put(as(cluster, 'mallory', 'b'), noise(MIB, 2));
  t.is(held(cluster, 'mallory', 'b'), MIB);
});

test('a limit that is changed holds at once: what is beyond it stays, and it gets no more', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const blobs = as(cluster, 'mallory');
  const writer = await good(blobs.create('durable'));
  await good(blobs.append(writer, noise(2 * MIB)));
  cluster.storeBytes.set('mallory', MIB);
  t.is(await tagOf(blobs.append(writer, noise(1))), 'quota-exceeded');
  cluster.storeBytes.set('mallory', 3 * MIB);
  await good(blobs.append(writer, noise(MIB, 2)));
  cluster.storeBytes.set('mallory', 1);
  t.is((await get(blobs, await good(blobs.seal(writer)))).length, 3 * MIB);
});

test('what was not written, since the disk was full, counts for nobody once it is aborted', async (t) => {
  let disk: FaultyDisk | undefined;
  const wrapDisk = (real: ConstructorParameters<typeof FaultyDisk>[0]): FaultyDisk =>
    (disk = new FaultyDisk(real));
  await using cluster = await Cluster.start(['a'], { wrapDisk, reserveBytes: 0 });
  cluster.storeBytes.set('mallory', 100 * MIB);
  const blobs = as(cluster, 'mallory');
  const writer = await good(blobs.create('durable'));
  disk!.room = 2 * MIB;
  let appended = await blobs.append(writer, noise(4 * MIB));
  for (let n = 0; n < 20 && appended.ok; n++) appended = await blobs.append(writer, noise(MIB, n));
  t.is(appended.ok ? 'ok' : appended.error.tag, 'full');
  t.is(await tagOf(blobs.append(writer, noise(1))), 'full');
  await blobs.abort(writer);
  t.is(held(cluster, 'mallory'), 0);
  const second = await good(blobs.create('durable'));
  await blobs.append(second, noise(4 * MIB));
  t.is(await tagOf(blobs.seal(second)), 'full');
  t.is(held(cluster, 'mallory'), 0);
});
