import { fileURLToPath } from 'node:url';
import test from 'ava';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const SECONDS = 30_000;
const BYTES = 8 << 20;
const BLOCK = 4_096;

interface Flood {
  readonly written: number;
  readonly why: string;
}

async function image(): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL('guests/stores.ts', import.meta.url));
  return buildTypescriptGuest({ entry }, { cacheDir: CACHE });
}

/** A vTask of the tenant that floods vStore when it is told to. */
async function flooder(client: PosivClient): Promise<(what: string) => Promise<Flood>> {
  await upload(client, '/image', await image());
  const options = { ...DEFAULT_OPTIONS, grants: ['posiv:kernel', 'posiv:vstore'] };
  const vtid = good(await client.vtask.new(undefined, '/image', [], options));
  good(await client.vtask.sched(vtid));
  return async (what) =>
    decode(good(await client.ipc.rpc(vtid, what, SECONDS, encode(null)))) as Flood;
}

async function heldBy(owner: PosivClient, name: string): Promise<number> {
  return (await owner.tenants.list()).find((each) => each.name === name)?.storeBytes ?? 0;
}

test('a guest that stores without end gets as far as its tenant may, while others store on, also after a restart', async (t) => {
  await using cluster = await RealCluster.start(1);
  const owner = await cluster.connect();
  const quota = { ...DEFAULT_TENANT_QUOTA, storeBytes: BYTES };
  const token = good(await owner.tenants.add('mallory', quota));
  const mallory = await cluster.connect(0, { token });
  const flood = await flooder(mallory);
  const before = await heldBy(owner, 'mallory');
  t.is(before, (await image()).length);
  const { written, why } = await flood('flood');
  t.is(written, Math.floor((BYTES - before) / 65_536));
  t.regex(why, /quota-exceeded: store-bytes: \d+ would be held, at most 8388608/);
  const small = await flood('small');
  t.regex(small.why, /store-bytes/);
  const full = before + written * 65_536 + small.written * BLOCK;
  t.true(full > BYTES - BLOCK && full <= BYTES);
  t.is(await heldBy(owner, 'mallory'), full);
  t.is(bad(await mallory.blobs.create('durable')), 'quota-exceeded');
  await upload(owner, '/others', new Uint8Array(BYTES));
  const { refusals } = (await owner.tenants.list()).find(({ name }) => name === 'mallory')!;
  t.deepEqual(refusals, [{ limit: 'store-bytes', count: 3 }]);
  for (const client of [mallory, owner]) await client.close();

  await cluster.restart(0);
  const again = await cluster.connect();
  t.is(await heldBy(again, 'mallory'), full);
  const back = await cluster.connect(0, { token });
  t.is(bad(await back.blobs.create('durable')), 'quota-exceeded');
  good(await again.tenants.set('mallory', { ...DEFAULT_TENANT_QUOTA, storeBytes: 2 * BYTES }));
  await upload(back, '/more', new Uint8Array(BYTES - BLOCK));
  for (const client of [back, again]) await client.close();
});

test('where limits are counted a tenant stores on, and is told of', async (t) => {
  await using cluster = await RealCluster.start(1, { limits: 'count' });
  const owner = await cluster.connect();
  const quota = { ...DEFAULT_TENANT_QUOTA, storeBytes: BLOCK };
  const token = good(await owner.tenants.add('alice', quota));
  const alice = await cluster.connect(0, { token });
  await upload(alice, '/text', new Uint8Array(2 * BLOCK));
  const { refusals, storeBytes } = (await owner.tenants.list()).find(
    ({ name }) => name === 'alice',
  )!;
  t.is(storeBytes, 2 * BLOCK);
  t.deepEqual(refusals, [{ limit: 'store-bytes', count: 1 }]);
  for (const client of [alice, owner]) await client.close();
});
