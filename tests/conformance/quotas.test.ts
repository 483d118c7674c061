import test from 'ava';
import { decode, encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import type { ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { coreImage } from '#tests/hostile/guests/core-image.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const SECONDS = 30_000;

async function start(
  posiv: PosivClient,
  name: string,
  quota: Partial<Quota>,
  grants?: string[],
): Promise<string> {
  const entry = fileURLToPath(new URL(`guests/${name}.ts`, import.meta.url));
  await upload(
    posiv,
    `/images/${name}`,
    await buildTypescriptGuest({ entry }, { cacheDir: CACHE }),
  );
  const options = {
    detached: false,
    node: undefined,
    near: [],
    grants,
    quota: { ...DEFAULT_QUOTA, ...quota },
    environment: [],
    restart: 'never',
  } as const;
  const vtid = good(await posiv.vtask.new(undefined, `/images/${name}`, [], options));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

test('a vTask writes no more scratch bytes than its quota says, and has back what is released or aborted', async (t) => {
  await using cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  const quota = { scratchBytes: 1_000_000 };
  const vtid = await start(posiv, 'scratches', quota, ['posiv:kernel', 'posiv:vstore']);
  const ask = (identity: string, value: unknown) =>
    posiv.ipc.rpc(vtid, identity, SECONDS, encode(value));
  const first = decode(good(await ask('write', 600_000))) as string;
  const refused = await ask('write', 600_000);
  t.regex(!refused.ok && 'val' in refused.error ? refused.error.val : '', /scratch-bytes: 1200000/);
  good(await ask('abort', 400_000));
  const second = decode(good(await ask('write', 400_000))) as string;
  t.is(bad(await ask('write', 1)), 'handler-failed');
  good(await ask('release', first));
  good(await ask('write', 600_000));
  // Its creator may release it as well.
  good(await posiv.blobs.release(second));
  good(await ask('write', 400_000));
  const { refusals } = good(await posiv.vtask.info(vtid));
  t.deepEqual(refusals, [{ limit: 'scratch-bytes', count: 2 }]);
  await posiv.close();
});

test('a vTask that computes without end gets no more processor time than its rate, which can be lowered meanwhile', async (t) => {
  await using cluster = await RealCluster.start(1, { lanes: 1 });
  const posiv = await cluster.connect();
  const vtid = await start(posiv, 'spins', { cpuRate: 200 });
  const usage = async () => ({
    us: good(await posiv.vtask.info(vtid)).cpuUs,
    at: performance.now(),
  });
  const waitFor = (ms: number) => posiv.ipc.receive(ms); // nobody sends us anything
  const usedIn = async (ms: number) => {
    const before = await usage();
    await waitFor(ms);
    const after = await usage();
    return { usedMs: (after.us - before.us) / 1_000, ms: after.at - before.at };
  };
  good(await posiv.ipc.startRpc(vtid, 'spin', SECONDS, encode(1)));
  // It has to pay for its start before it spins.
  for (let spun = 0; spun < 5;) if ((await usedIn(100)).usedMs > 1) spun += 1;
  const first = await usedIn(1_500);
  // On a busy machine a slice takes as long as the system lets it; what is too much is paid for later.
  t.true(first.usedMs < first.ms * 0.5, `${first.usedMs} of ${first.ms} ms`);
  good(await posiv.vtask.adjust(vtid, { ...DEFAULT_QUOTA, cpuRate: 10 }));
  const second = await usedIn(1_500);
  t.true(second.usedMs < second.ms * 0.25, `${second.usedMs} of ${second.ms} ms`);
  await posiv.close();
});

/** An image whose two tables together may come to have 66,536 elements. */
const TABLES = { fields: '(table 600 1000 funcref) (table 600 funcref)' };

async function makeTables(posiv: PosivClient, tableElements: number): Promise<string> {
  await upload(posiv, '/images/tables', await coreImage(TABLES));
  const quota = { ...DEFAULT_QUOTA, tableElements };
  const options = { ...DEFAULT_OPTIONS, quota };
  return good(await posiv.vtask.new(undefined, '/images/tables', [], options));
}

async function reasonOf(posiv: PosivClient, vtid: string): Promise<ExitReason> {
  good(await posiv.monitor.onExit(vtid));
  good(await posiv.monitor.onDie(vtid));
  good(await posiv.vtask.sched(vtid));
  const event = good(await posiv.ipc.receive(SECONDS));
  const change = event.tag === 'notice' && event.val.change;
  if (!change || change.tag === 'started') throw new Error(`it did not end: ${event.tag}`);
  return change.tag === 'died' ? change.val : change;
}

test('an image whose tables may come to have more elements than its quota ends as it starts', async (t) => {
  await using cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  const vtid = await makeTables(posiv, 66_535);
  t.deepEqual(await reasonOf(posiv, vtid), {
    tag: 'quota-exceeded',
    val: 'table-elements: the tables of the image may come to have 66536 elements, its quota is 66535',
  });
  const { refusals } = good(await posiv.vtask.info(vtid));
  t.deepEqual(refusals, [{ limit: 'table-elements', count: 1 }]);
  const raised = await makeTables(posiv, 1);
  good(await posiv.vtask.adjust(raised, { ...DEFAULT_QUOTA, tableElements: 66_536 }));
  t.is((await reasonOf(posiv, raised)).tag, 'exited');
  await posiv.close();
});

/** Answers each request with what the memory had before it grew by so many pages as the request has bytes. */
const GROWS = {
  memory: '1',
  onRpc: `(i32.store (i32.const 2048) (memory.grow (local.get $size)))
    (i32.store8 (i32.const 1040) (i32.const 0)) (i32.store (i32.const 1044) (i32.const 2048))
    (i32.store (i32.const 1048) (i32.const 4)) (i32.const 1040)`,
};

test('memory that a vTask may have can be raised and lowered while it runs', async (t) => {
  await using cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  await upload(posiv, '/images/grows', await coreImage(GROWS));
  const options = { ...DEFAULT_OPTIONS, quota: { ...DEFAULT_QUOTA, memoryPages: 3 } };
  const vtid = good(await posiv.vtask.new(undefined, '/images/grows', [], options));
  good(await posiv.vtask.sched(vtid));
  const grow = async (pages: number) => {
    const body = good(await posiv.ipc.rpc(vtid, 'do', SECONDS, new Uint8Array(pages)));
    return new DataView(body.buffer, body.byteOffset).getInt32(0, true);
  };
  const limit = async (memoryPages: number) =>
    good(await posiv.vtask.adjust(vtid, { ...DEFAULT_QUOTA, memoryPages }));
  t.deepEqual([await grow(2), await grow(1)], [1, -1]);
  await limit(6);
  t.deepEqual([await grow(4), await grow(2), await grow(2)], [-1, 3, -1]);
  await limit(4);
  t.is(await grow(1), -1);
  await limit(6);
  t.deepEqual([await grow(1), await grow(1)], [5, -1]);
  await posiv.close();
});

test('where limits are counted an image with larger tables than its quota runs, and is told of', async (t) => {
  await using cluster = await RealCluster.start(1, { limits: 'count' });
  const posiv = await cluster.connect();
  const vtid = await makeTables(posiv, 10);
  t.is((await reasonOf(posiv, vtid)).tag, 'exited');
  const { refusals } = good(await posiv.vtask.info(vtid));
  t.deepEqual(refusals, [{ limit: 'table-elements', count: 1 }]);
  await posiv.close();
});
