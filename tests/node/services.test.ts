// What nodes tell of the services that run on them: real nodes, killed and started again, and the real command line.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import type { ServiceDescription, ServiceInstance } from '#posiv-wit/generated/cluster.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { vstar } from '#tests/cli/vstar-process.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { shippedImage } from '#tests/services/mapreduce/support/images.ts';
import { until } from '#tests/support/until.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const SHOP: ServiceDescription = {
  name: 'shop',
  version: '1.0.0',
  interface: 'acme:shop/orders@1.0.0',
  state: 'running',
};

/** What a node says of one service, once it says that of this many nodes. */
async function untilOn(
  posiv: PosivClient,
  name: string,
  count: number,
  holds: (each: ServiceInstance) => boolean = () => true,
): Promise<readonly ServiceInstance[]> {
  return until(
    async () => (await posiv.services.list()).filter((each) => each.name === name && holds(each)),
    (found) => found.length === count,
  );
}

test('every node tells of its managers and its services, a vTask of what it says that it is, and a lost node’s are gone', async (t) => {
  await using cluster = await RealCluster.start(3);
  const [a, b] = cluster.nodes;
  const [atA, atB] = [await cluster.connect(0), await cluster.connect(1)];
  const stores = await untilOn(atA, 'vstore', 6);
  t.deepEqual(
    [...new Set(stores.map(({ interface: kept, state }) => `${kept} ${state}`))],
    ['posiv:vstore/blobs@0.1.0 running', 'posiv:vstore/files@0.1.0 running'],
  );
  for (const manager of ['resource', 'storage', 'task', 'security', 'distribution']) {
    const found = await untilOn(atA, `${manager}-manager`, 3);
    t.like(found[0], { version: '0.1.0', interface: `posiv:managers/${manager}@0.1.0` });
  }

  // A program outside is a vTask, and may be a service.
  good(await atB.services.publish(SHOP));
  const [shop] = await untilOn(atA, 'shop', 1);
  t.like(shop, { ...SHOP, node: b!.id, vtask: atB.vtid });
  const token = good(await atA.tenants.add('alice', undefined));
  const alice = await cluster.connect(0, { token });
  t.false((await alice.services.list()).some(({ name }) => name === 'shop'));
  t.true((await alice.services.list()).some(({ name }) => name === 'vstore'));
  t.is(bad(await atB.services.publish({ ...SHOP, version: '' })), 'refused');
  good(await atB.services.publish({ ...SHOP, version: '1.1.0', state: 'failing' }));
  await untilOn(atA, 'shop', 1, ({ version, state }) => version === '1.1.0' && state === 'failing');

  const shown = await vstar(['services', '--data', join(cluster.folder, 'a')]);
  t.is(shown.status, 0, shown.stderr);
  t.regex(shown.stdout, /^SERVICE +VERSION +INTERFACE +NODE +STATE +SINCE +VTASK\n/);
  t.regex(shown.stdout, /^vstore +0\.1\.0 +posiv:vstore\/files@0\.1\.0 +c +running +\d/m);
  t.regex(shown.stdout, /^shop +1\.1\.0 +acme:shop\/orders@1\.0\.0 +b +failing +\d.* \S+$/m);
  const { stdout } = await vstar(['services', '--data', join(cluster.folder, 'a'), '--json']);
  const listed = JSON.parse(stdout) as (ServiceInstance & { nodeName: string })[];
  t.like(
    listed.find(({ name, node }) => name === 'vstore' && node === a!.id),
    { nodeName: 'a', state: 'running', vtask: null },
  );

  await cluster.untilSafe();
  await cluster.kill(1);
  await untilOn(atA, 'vstore', 4);
  await untilOn(atA, 'shop', 0);
  await cluster.startAgain(1);
  await untilOn(atA, 'vstore', 6, ({ state }) => state === 'running');
  // What the node tells of itself anew is without it.
  t.false((await atA.services.list()).some(({ name }) => name === 'shop'));
  for (const client of [atA, alice]) await client.close();
});

test('of a node that cannot be reached, and is not lost, services are unreachable until it is back', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  await untilOn(posiv, 'vstore', 4);
  await cluster.kill(1);
  const gone = await untilOn(posiv, 'vstore', 2, ({ state }) => state === 'unreachable');
  t.deepEqual(new Set(gone.map(({ node }) => node)), new Set([cluster.nodes[1]!.id]));
  await cluster.startAgain(1);
  await untilOn(posiv, 'vstore', 4, ({ state }) => state === 'running');
  await cluster.restart(1); // in order: for a moment it has left
  await untilOn(posiv, 'vstore', 4, ({ state }) => state === 'running');
  await posiv.close();
});

test('a manager that is swapped for an image is told with the image’s hash, and a vTask that ends is no service any more', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  const entry = fileURLToPath(
    new URL('../../services/managers/task/component.ts', import.meta.url),
  );
  const world = 'posiv:managers/task-manager@0.1.0';
  const file = join(cluster.folder, 'task.wasm');
  await writeFile(file, await buildTypescriptGuest({ entry, world }, { cacheDir: CACHE }));
  const [, before] = await untilOn(posiv, 'task-manager', 2);
  await cluster.kill(1);
  await cluster.startAgain(1, { managers: { task: file } });
  const isSwapped = ({ version }: ServiceInstance): boolean =>
    /^sha256-[0-9a-f]{12}$/.test(version);
  const [after] = await untilOn(posiv, 'task-manager', 1, isSwapped);
  t.like(after, { node: cluster.nodes[1]!.id, state: 'running' });
  t.true(after!.sinceMs > before!.sinceMs);

  await upload(posiv, '/images/machine-master', await shippedImage('machine-master'));
  const grants = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster', 'posiv:machine'];
  const options = { ...DEFAULT_OPTIONS, grants, node: 'b' };
  const master = good(await posiv.vtask.new(undefined, '/images/machine-master', [], options));
  good(await posiv.vtask.sched(master));
  const [told] = await untilOn(posiv, 'machine-master', 1, ({ state }) => state === 'running');
  t.like(told, { interface: 'posiv:machine/master-task@0.1.0', vtask: master });
  good(await posiv.vtask.kill(master));
  await untilOn(posiv, 'machine-master', 0);
  await posiv.close();
});
