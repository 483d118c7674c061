// A whole job on real nodes: the master in QuickJS, map and reduce vTasks in C, vStore on disk.
import anyTest, { type TestFn } from 'ava';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import type { JobResult, Progress } from '../../../services/mapreduce/guests/job.ts';
import { shippedImage } from './support/images.ts';
import { referenceCount } from './support/reference-count.ts';
import { mobyDick } from './support/texts.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const test = anyTest as TestFn<{ posiv: PosivClient }>;
const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster'];
const PATIENCE_MS = 60_000; // for a loaded machine
const AT_ONCE = 0;

let cluster: RealCluster;

test.before(async () => {
  cluster = await RealCluster.start(3);
  const posiv = await cluster.connect();
  for (const name of ['mapreduce-master', 'wordcount-map', 'wordcount-reduce'])
    await upload(posiv, `/images/${name}`, await shippedImage(name));
  const refuses = new URL('fixtures/refuses.c', import.meta.url).pathname;
  await upload(posiv, '/images/refuses', await shippedImage('wordcount-map', refuses));
  await upload(posiv, '/moby', mobyDick());
  await posiv.close();
});

test.after.always(() => cluster[Symbol.asyncDispose]());

test.beforeEach(async (t) => {
  t.context.posiv = await cluster.connect();
});

test.afterEach.always((t) => t.context.posiv.close());

async function start(posiv: PosivClient, fields: Record<string, unknown>): Promise<string> {
  const cmd = [JSON.stringify({ inputs: ['/moby'], splitSize: 100_000, ...fields })];
  const vtid = good(
    await posiv.vtask.new(undefined, '/images/mapreduce-master', cmd, {
      ...DEFAULT_OPTIONS,
      grants: GRANTS,
    }),
  );
  good(await posiv.monitor.onExit(vtid));
  good(await posiv.monitor.onDie(vtid));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

async function ask<T>(posiv: PosivClient, vtid: string, identity: string): Promise<T> {
  return decode(good(await posiv.ipc.rpc(vtid, identity, PATIENCE_MS, encode(null)))) as T;
}

async function readFile(posiv: PosivClient, path: string): Promise<Uint8Array> {
  const { blob, size } = good(await posiv.files.stat(path));
  return good(await posiv.blobs.read(blob, 0, size));
}

test('three nodes count the words of Moby Dick as the reference does', async (t) => {
  const { posiv } = t.context;
  const master = await start(posiv, { output: '/out/plain' });
  const result = await ask<JobResult>(posiv, master, 'result');
  t.is(result.phase, 'done');
  t.is(Buffer.compare(await readFile(posiv, '/out/plain'), referenceCount(mobyDick())), 0);
  const event = good(await posiv.ipc.receive(PATIENCE_MS));
  t.deepEqual(event.tag === 'notice' && event.val.change, { tag: 'exited', val: 0 });
});

test('a master is among the services of the cluster from its first split to its end', async (t) => {
  const { posiv } = t.context;
  const master = await start(posiv, { output: '/out/told', splitSize: 20_000 });
  const { node } = good(await posiv.vtask.info(master));
  const there = await cluster.connect(cluster.nodes.findIndex(({ id }) => id === node));
  const told = async (): Promise<string | undefined> =>
    (await there.services.list()).find(({ vtask }) => vtask === master)?.name;
  await ask<Progress>(posiv, master, 'progress');
  t.is(await told(), 'mapreduce-master');
  await ask<JobResult>(posiv, master, 'result');
  good(await posiv.ipc.receive(PATIENCE_MS));
  t.is(await told(), undefined);
  await there.close();
});

test('map vTasks that are killed on the way change nothing about the result', async (t) => {
  const { posiv } = t.context;
  const master = await start(posiv, { output: '/out/killed', splitSize: 20_000 });
  const killed = new Set<string>();
  while (killed.size < 3) {
    const { phase, tasks } = await ask<Progress>(posiv, master, 'progress');
    if (phase !== 'map') break;
    const victim = tasks.find(
      ({ vtid, done, state }) => done > 0 && state !== 'lost' && !killed.has(vtid),
    );
    if (!victim) continue;
    good(await posiv.vtask.kill(victim.vtid));
    killed.add(victim.vtid);
  }
  const result = await ask<JobResult>(posiv, master, 'result');
  t.is(result.error, null);
  t.true(killed.size > 0);
  t.is(Buffer.compare(await readFile(posiv, '/out/killed'), referenceCount(mobyDick())), 0);
});

test('a job whose mapper always fails says so, dies of it and leaves no vTask behind', async (t) => {
  const { posiv } = t.context;
  const master = await start(posiv, { output: '/out/never', mapper: '/images/refuses' });
  const { phase, error } = await ask<JobResult>(posiv, master, 'result');
  const said =
    /^split \d+ \(\/moby, bytes \d+ to \d+\) failed 4 times, at last with: .*this mapper refuses/;
  t.is(phase, 'failed');
  t.regex(error ?? '', said);
  const event = good(await posiv.ipc.receive(PATIENCE_MS));
  const change = event.tag === 'notice' && event.val.change.tag === 'died' && event.val.change.val;
  t.regex(change && change.tag === 'failed' ? change.val : '', said);
  t.is((await posiv.files.stat('/out/never')).ok, false);
  for (const { id } of cluster.nodes) {
    const left = good(await posiv.vtask.list(id)).filter(
      ({ image, state }) => image === '/images/refuses' && state === 'running',
    );
    t.deepEqual(left, []);
  }
});

test('a job that asks for an input that is not there dies with its path', async (t) => {
  const { posiv } = t.context;
  await start(posiv, { inputs: ['/nothing/here'], output: '/out/none' });
  const event = good(await posiv.ipc.receive(PATIENCE_MS));
  const change = event.tag === 'notice' && event.val.change.tag === 'died' && event.val.change.val;
  t.regex(change && change.tag === 'failed' ? change.val : '', /not-found.*\/nothing\/here/);
  t.is((await posiv.ipc.receive(AT_ONCE)).ok, false);
});
