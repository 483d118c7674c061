// Data folders that no node should have: damaged, copied, of another cluster. Each has one outcome, told in docs/cluster.md.
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { eventually, startVstar, vstar, type Vstar } from '#tests/cli/vstar-process.ts';
import { good } from '#tests/support/results.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';

const PATIENCE_MS = 400_000; // of a machine with many processes for each processor

function startOn(folder: string, bootstrap: readonly string[]): Vstar {
  const addresses = bootstrap.flatMap((address) => ['--bootstrap', address]);
  return startVstar(['node', '--data', folder, '--log-level', 'warn', ...addresses]);
}

async function end(node: Vstar): Promise<void> {
  node.child.kill('SIGKILL');
  await node.ended;
}

test.serial(
  'a node whose acceptor log is damaged does not start, and leaves it as it is',
  async (t) => {
    t.timeout(PATIENCE_MS);
    await using cluster = await RealCluster.start(1);
    const client = await cluster.connect();
    // Each is a change of a register, and a frame of the log: the one that is damaged is not the last.
    for (const path of ['/a', '/b', '/c', '/d']) await upload(client, path, Uint8Array.of(1, 2, 3));
    await client.close();
    await cluster.kill(0);
    const log = join(cluster.folder, 'a', 'acceptor.journal');
    const bytes = await readFile(log);
    const damaged = Uint8Array.from(bytes, (byte, at) =>
      at === bytes.length >> 2 ? byte ^ 1 : byte,
    );
    await writeFile(log, damaged);
    const { status, stderr } = await vstar(['node', '--data', join(cluster.folder, 'a')]);
    t.not(status, 0);
    t.regex(stderr, /acceptor\.journal.*move the file away.*Never cut it.*\[journal-corrupt\]/s);
    t.deepEqual(new Uint8Array(await readFile(log)), damaged);
  },
);

test.serial(
  'a node whose acceptor log was moved away comes back as another acceptor, and nothing is lost',
  async (t) => {
    t.timeout(PATIENCE_MS);
    await using cluster = await RealCluster.start(3);
    await cluster.untilSafe();
    const client = await cluster.connect();
    const { epoch } = await client.registers.info();
    await upload(client, '/kept', Uint8Array.of(1, 2, 3));
    await cluster.kill(1);
    await rename(
      join(cluster.folder, 'b', 'acceptor.journal'),
      join(cluster.folder, 'acceptor.journal'),
    );
    await cluster.startAgain(1);
    // It has taken its own place once there are three again: in between its former self counts, too.
    await eventually(async () => {
      const { epoch: now, keepers } = await client.registers.info();
      return now > epoch && keepers.length === 3 && keepers.every(({ reachable }) => reachable);
    });
    await cluster.kill(2); // so that it is needed
    await eventually(async () => (await client.files.stat('/kept')).ok);
    t.is(good(await client.files.stat('/kept')).size, 3);
    await upload(client, '/after', Uint8Array.of(4));
    await client.close();
  },
);

test.serial(
  'a node that runs on a copy of a running one’s folder is let in by nobody, and ends',
  async (t) => {
    t.timeout(PATIENCE_MS);
    await using cluster = await RealCluster.start(2);
    const [first, second] = cluster.nodes;
    const copy = join(cluster.folder, 'copy');
    const folder = join(cluster.folder, 'b');
    await cp(folder, copy, {
      recursive: true,
      // What the node writes to and renames may be gone by the time that it is copied.
      filter: (path) => !path.endsWith('.sock') && path !== join(folder, 'tmp'),
    });
    const twin = startOn(copy, first!.addresses);
    const { status, stdout, stderr } = await twin.ended;
    t.deepEqual([status, stdout], [5, ''], stderr);
    t.regex(stderr, /as on a copy of its data folder.*\[duplicate-identity\]\n$/);
    const client = await cluster.connect();
    const seen = (await client.nodes.list()).find(({ id }) => id === second!.id);
    t.like(seen, { standing: 'up', connected: true, addresses: second!.addresses });
    await client.close();
  },
);

test.serial('a member of one cluster that is pointed at another stays out of it', async (t) => {
  t.timeout(PATIENCE_MS);
  await using here = await RealCluster.start(1);
  await using there = await RealCluster.start(1);
  await there.kill(0);
  const stray = startOn(join(there.folder, 'a'), here.nodes[0]!.addresses);
  await stray.said(/foreign-cluster/);
  const client = await here.connect();
  t.is((await client.nodes.list()).length, 1);
  await client.close();
  await end(stray);
});
