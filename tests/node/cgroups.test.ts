import test from 'ava';
import { openBase } from '#kernel/cgroup/base.ts';
import { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import { REAL, REASONS, sorted } from '#tests/kernel/cgroup/support.ts';
import { coreImage } from '#tests/hostile/guests/core-image.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { familyOf } from '#tests/support/processors.ts';
import { good } from '#tests/support/results.ts';

/** The cgroups of a node, by the number of its process, without their own; undefined where this process may have none. */
async function groupsOf(pid: number): Promise<readonly Cgroup[] | string> {
  const base = await openBase(REAL, { controllers: [] });
  if (typeof base === 'string') return base;
  await using _ = base;
  const all = await new Cgroup(`${base.top.path}/..`).children();
  return all.filter(({ path }) => path.includes(`-${pid}-`));
}

test('the cells of a node are in the cgroups of their tenants, and none is left by a node that stops, nor for long by one that is killed', async (t) => {
  await using cluster = await RealCluster.start(1, { lanes: 1 });
  const pidOf = (): number => cluster.nodes[0]!.process.pid!;
  const first = pidOf();
  const found = await groupsOf(first);
  if (typeof found === 'string') return t.regex(found, REASONS);
  t.is(found.length, 1);
  const owner = await cluster.connect();
  const token = good(await owner.tenants.add('alice', DEFAULT_TENANT_QUOTA));
  const client = await cluster.connect(0, { token });
  await upload(client, '/spins', await coreImage({ run: '(loop $l (br $l)) (unreachable)' }));
  const vtid = good(await client.vtask.new(undefined, '/spins', [], undefined));
  good(await client.vtask.sched(vtid));
  const [cell] = (await owner.tenants.list()).find(({ name }) => name === 'alice')!.cells;
  const tenant = found[0]!.child('tenant-alice');
  const members = async (): Promise<readonly number[]> => {
    const cells = await tenant.children().catch(() => []);
    return (await Promise.all(cells.map((each) => each.pids()))).flat();
  };
  while ((await members()).length < familyOf(cell!).length) await owner.ipc.receive(50);
  t.deepEqual(sorted(await members()), sorted(familyOf(cell!)));
  for (const each of [owner, client]) await each.close();

  await cluster.kill(0);
  await cluster.startAgain(0);
  t.deepEqual(await groupsOf(first), []);
  const second = pidOf();
  t.is((await groupsOf(second)).length, 1);
  const { process: node, ended } = cluster.nodes[0]!;
  node.stdin!.end();
  await ended;
  t.deepEqual(await groupsOf(second), []);
});
