// A cluster whose registers are in an etcd that the users have: real nodes, real servers of etcd.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import { startWorkerNode } from '#node/worker-node.ts';
import { defaultConfig } from '#node/config.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { StoreError } from '#posiv-wit/generated/vstore.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import { EtcdServers } from '#tests/support/etcd-servers.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { eventually, vstar } from '#tests/cli/vstar-process.ts';
import { testWithEtcd } from '#tests/support/with-etcd.ts';
import { until } from '#tests/support/until.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const PATIENCE_MS = 60_000;
const IMAGE = '/images/answers';
const entry = fileURLToPath(new URL('../conformance/guests/answers.ts', import.meta.url));

/** Asks again while nobody can answer. */
async function untilReached<T>(
  ask: () => Awaitable<Result<T, ErrorCode | StoreError>>,
): Promise<T> {
  const answer = await until(ask, (each) => each.ok || each.error.tag !== 'unreachable');
  return good(answer);
}

async function storeImage(client: PosivClient): Promise<void> {
  await upload(client, IMAGE, await buildTypescriptGuest({ entry }, { cacheDir: CACHE }));
}

testWithEtcd(
  'names and paths outlive the founder of two nodes, and a server of etcd, and the lost node is lost',
  async (t) => {
    await using servers = await EtcdServers.start(3);
    const etcd = { endpoints: servers.endpoints };
    await using cluster = await RealCluster.start(2, { etcd });
    const [one, other] = [await cluster.connect(0), await cluster.connect(1)];
    await storeImage(one);
    const options = { ...DEFAULT_OPTIONS, detached: true };
    const stays = good(
      await one.vtask.new('stays', IMAGE, [], { ...options, node: cluster.nodes[1]!.name }),
    );
    const goes = good(
      await one.vtask.new('goes', IMAGE, [], { ...options, node: cluster.nodes[0]!.name }),
    );
    t.is(good(await other.vtask.find('goes')), goes);
    const watch = good(await other.monitor.onDie(goes));
    await servers.kill(0);
    await cluster.kill(0);
    t.is(await untilReached(() => other.vtask.find('stays')), stays);
    // Only with leases in etcd two nodes can agree on who of them is gone.
    t.deepEqual(good(await other.ipc.receive(PATIENCE_MS)), {
      tag: 'notice',
      val: { watch, vtid: goes, change: { tag: 'died', val: { tag: 'node-lost' } } },
    });
    const local = { ...options, node: cluster.nodes[1]!.name };
    await untilReached(() => other.vtask.new('goes', IMAGE, [], local));
    await cluster.startAgain(0, { etcd });
    const back = await cluster.connect(0);
    t.is(await untilReached(() => back.vtask.find('stays')), stays);
    for (const client of [one, other, back]) await client.close();
  },
);

testWithEtcd(
  'a quorum of etcd is not forced: the command says whose it is and what to do, with --yes and without',
  async (t) => {
    await using servers = await EtcdServers.start(3);
    const etcd = { endpoints: servers.endpoints };
    await using cluster = await RealCluster.start(1, { etcd });
    const client = await cluster.connect();
    await upload(client, IMAGE, Uint8Array.of(1));
    const data = ['--data', join(cluster.folder, 'a')];
    t.regex((await vstar(['cluster', 'registers', ...data])).stdout, /^registers are kept in etcd/);
    for (const at of [1, 2]) await servers.kill(at);
    await eventually(async () => !(await client.files.stat(IMAGE)).ok);
    for (const yes of [[], ['--yes']]) {
      const { status, stdout, stderr } = await vstar(['cluster', 'force-quorum', ...yes, ...data]);
      t.is(status, 5);
      t.is(stdout, '');
      t.regex(stderr, new RegExp(`kept in etcd at ${servers.endpoints[0]}`));
      t.regex(stderr, /start enough of its servers again.*--force-new-cluster.*\[refused\]/s);
    }
    // What it says to do first is enough.
    servers.startAgain(1);
    t.is((await untilReached(() => client.files.stat(IMAGE))).path, IMAGE);
    await client.close();
  },
);

testWithEtcd(
  'a node that is told of another place for the registers than its cluster has does not use it',
  async (t) => {
    await using servers = await EtcdServers.start(1);
    const etcd = { endpoints: servers.endpoints };
    await using cluster = await RealCluster.start(1, { etcd });
    const first = await cluster.connect(0);
    await storeImage(first);
    good(await first.vtask.new('one', IMAGE, [], DEFAULT_OPTIONS));
    await cluster.add('b', { etcd: undefined });
    const second = await cluster.connect(1);
    await eventually(async () => {
      const found = await second.vtask.find('one');
      t.is(bad(found), 'unreachable');
      const text = JSON.stringify(found);
      // For a moment it has only not joined yet.
      t.regex(text, /kept in etcd at|has not joined its cluster yet/);
      return text.includes('kept in etcd at');
    });
    await cluster.kill(0);
    const config = {
      ...defaultConfig(),
      logLevel: 'silent' as const,
      name: 'a',
      dataDir: join(cluster.folder, 'a'),
      cacheDir: CACHE,
    };
    await t.throwsAsync(startWorkerNode(config), { code: 'registers-mismatch' });
    for (const client of [first, second]) await client.close();
  },
);
