// Files outlive nodes: real processes, killed at any moment.
import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { noise } from '../services/vstore/support/calls.ts';

const MIB = 1 << 20;
const SIZE = 40 * MIB + 12_345; // three stripes: every node holds some of it
const STEP = 4 * MIB;

async function download({ files, blobs }: PosivClient, path: string): Promise<Buffer> {
  const { blob, size } = good(await files.stat(path));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < size; at += STEP) parts.push(good(await blobs.read(blob, at, STEP)));
  return Buffer.concat(parts);
}

test('a file is read right on the others whichever of three nodes is killed', async (t) => {
  await using cluster = await RealCluster.start(3);
  const bytes = noise(SIZE);
  const first = await cluster.connect(0);
  await upload(first, '/files/big', bytes);
  await first.close();
  for (const lost of [0, 1, 2]) {
    const clients = await Promise.all([0, 1, 2].map((at) => cluster.connect(at)));
    await cluster.untilSafe();
    await cluster.kill(lost);
    for (const client of clients.filter((_, at) => at !== lost)) {
      t.true((await download(client, '/files/big')).equals(bytes), `without ${lost}`);
      t.is(good(await client.files.list('/files/', undefined)).length, 1);
      await client.close();
    }
    await cluster.startAgain(lost);
  }
});

test('a node is killed while a file is read and another stored: all of the one, all or nothing of the other', async (t) => {
  await using cluster = await RealCluster.start(3);
  const clients = await Promise.all([0, 1, 2].map((at) => cluster.connect(at)));
  await cluster.untilSafe();
  const [reader, writer] = [clients[0]!, clients[1]!];
  const bytes = noise(SIZE);
  await upload(reader, '/files/read', bytes);
  const { blob, size } = good(await reader.files.stat('/files/read'));
  const open = good(await writer.blobs.create('durable'));
  const other = noise(SIZE, 2);
  let killed: Promise<void> | undefined;
  for (let at = 0; at < size; at += STEP) {
    if (at === 3 * STEP) killed = cluster.kill(2);
    const [read, appended] = await Promise.all([
      reader.blobs.read(blob, at, STEP),
      writer.blobs.append(open, other.subarray(at, at + STEP)),
    ]);
    good(appended);
    t.true(bytes.subarray(at, at + STEP).equals(good(read)), `at ${at}`);
  }
  await killed;
  // Two nodes are left, as many as there have to be copies.
  const sealed = good(await writer.blobs.seal(open));
  good(await writer.files.bind('/files/written', sealed));
  t.true((await download(reader, '/files/written')).equals(other));
  await cluster.startAgain(2);
  const back = await cluster.connect(2);
  t.true((await download(back, '/files/written')).equals(other));
  for (const client of [reader, writer, back]) await client.close();
});

test('what the node was storing that is killed is not there, and what it had acknowledged is', async (t) => {
  await using cluster = await RealCluster.start(3);
  const clients = await Promise.all([0, 1, 2].map((at) => cluster.connect(at)));
  await cluster.untilSafe();
  const bytes = noise(5 * MIB);
  await upload(clients[2]!, '/files/acknowledged', bytes);
  const open = good(await clients[2]!.blobs.create('durable'));
  good(await clients[2]!.blobs.append(open, noise(4 * MIB, 3)));
  const sealing = Promise.allSettled([clients[2]!.blobs.seal(open)]); // the connection goes with the node
  await cluster.kill(2);
  await sealing;
  for (const client of clients.slice(0, 2)) {
    t.true((await download(client, '/files/acknowledged')).equals(bytes));
    t.is(good(await client.files.list('/files/', undefined)).length, 1);
    await client.close();
  }
});
