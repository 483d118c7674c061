import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

async function tenant(
  cluster: RealCluster,
  owner: PosivClient,
  name: string,
): Promise<PosivClient> {
  const client = await cluster.connect(0, {
    token: good(await owner.tenants.add(name, undefined)),
  });
  const entry = fileURLToPath(new URL('guests/answers.ts', import.meta.url));
  const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
  await upload(client, '/images/answers', image);
  return client;
}

async function start(client: PosivClient, name?: string): Promise<string> {
  const options = { ...DEFAULT_OPTIONS, restart: name ? 'on-failure' : 'never' } as const;
  const vtid = good(await client.vtask.new(name, '/images/answers', [], options));
  good(await client.vtask.sched(vtid));
  good(await client.ipc.rpc(vtid, 'echo', 30_000, encode(1)));
  return vtid;
}

async function cellsOf(owner: PosivClient, name: string): Promise<readonly number[]> {
  return (await owner.tenants.list()).find((each) => each.name === name)!.cells;
}

test('a cell that is killed takes only the vTasks of its tenant with it, and each watcher hears why', async (t) => {
  await using cluster = await RealCluster.start(1);
  const owner = await cluster.connect();
  const alice = await tenant(cluster, owner, 'alice');
  const bob = await tenant(cluster, owner, 'bob');
  const hers = await start(alice);
  const more = await start(alice);
  const service = await start(alice, 'service');
  const his = await start(bob);
  const watch = good(await alice.monitor.onDie(hers));
  const waiting = alice.ipc.rpc(more, 'never', 60_000, encode(1));
  const cells = await cellsOf(owner, 'alice');
  t.is(cells.length, 1);
  t.notDeepEqual(cells, await cellsOf(owner, 'bob'));

  process.kill(cells[0]!, 'SIGKILL');
  const why = { tag: 'lane-lost', val: 'its process ended with SIGKILL' } as const;
  t.deepEqual(good(await alice.ipc.receive(20_000)), {
    tag: 'notice',
    val: { watch, vtid: hers, change: { tag: 'died', val: why } },
  });
  const ended = await waiting;
  t.is(!ended.ok && ended.error.tag, 'task-died');
  t.deepEqual(good(await alice.vtask.info(more)).reason, why);
  t.is(good(await bob.vtask.info(his)).state, 'running');
  good(await bob.ipc.rpc(his, 'echo', 30_000, encode(1)));

  await start(alice);
  t.notDeepEqual(await cellsOf(owner, 'alice'), cells);
  let again = await alice.vtask.find('service');
  while (!again.ok) again = await alice.vtask.find('service'); // it is made again after a moment
  t.not(again.value, service);
  good(await alice.ipc.rpc(again.value, 'echo', 30_000, encode(1)));
});

test('the cells of a node end with it, however it ends', async (t) => {
  await using cluster = await RealCluster.start(1);
  const owner = await cluster.connect();
  const alice = await tenant(cluster, owner, 'alice');
  await start(alice);
  const [cell] = await cellsOf(owner, 'alice');
  t.true(await isThere(cell!));
  const node = cluster.nodes[0]!.process;
  const gone = once(node, 'exit');
  node.kill('SIGKILL');
  await gone;
  // It is not our child, so nobody tells us: it is looked at until it has gone.
  for (const until = Date.now() + 20_000; Date.now() < until && (await isThere(cell!));)
    await new Promise((resolve) => setImmediate(resolve));
  t.false(await isThere(cell!));
});

async function isThere(pid: number): Promise<boolean> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1');
    return !/^State:\s+Z/m.test(status);
  } catch {
    return false;
  }
}

test('a tenant that outgrows a cell gets another, and its vTasks reach one another', async (t) => {
  const cells = { warm: 1, vtasks: 2, threadTenants: [] };
  await using cluster = await RealCluster.start(1, { lanes: 1, cells });
  const owner = await cluster.connect();
  const alice = await tenant(cluster, owner, 'alice');
  const all = [await start(alice), await start(alice), await start(alice)];
  t.is((await cellsOf(owner, 'alice')).length, 2);
  const payload = new Uint8Array(500_000).fill(7);
  for (const vtid of all) {
    const echoed = good(await alice.ipc.rpc(vtid, 'echo', 30_000, encode(payload)));
    t.is(Buffer.compare(echoed, encode(payload)), 0);
  }
});

test('the vTasks of a tenant that is to run in threads of the node have no cell', async (t) => {
  const cells = { warm: 0, vtasks: 10, threadTenants: ['alice'] };
  await using cluster = await RealCluster.start(1, { cells });
  const owner = await cluster.connect();
  const alice = await tenant(cluster, owner, 'alice');
  await start(alice);
  t.deepEqual(await cellsOf(owner, 'alice'), []);
});
