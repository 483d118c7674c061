import test from 'ava';
import type { Tenant } from '#posiv-wit/generated/admin.ts';
import type { Info, Quota } from '#posiv-wit/generated/kernel.ts';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

interface Shown {
  readonly quota: Quota;
  readonly refusals: Info['refusals'];
}

test('what a vTask may use is shown and changed while it runs, and nonsense is refused', async (t) => {
  await using folder = await temporaryFolder();
  const node = startVstar(['node', '--data', folder.path, '--json', '--limits', 'count']);
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  const { socket } = JSON.parse(await node.said(/^\}$/m)) as { socket: string };
  const own = { env: { VSTAR_CONTROL: `unix:${socket}` } };
  const run = await vstar(['run', '--detach', '--name', 'greeter', 'pong'], own);
  t.is(run.status, 0, run.stderr);

  const before = JSON.parse((await vstar(['quota', 'greeter', '--json'], own)).stdout) as Shown;
  t.is(before.quota.cpuWeight, 100);
  const change = ['quota', 'greeter', '--cpu-weight', '10', '--log-rate', '64K', '--json'];
  const after = JSON.parse((await vstar(change, own)).stdout) as Shown;
  t.deepEqual(after.quota, { ...before.quota, cpuWeight: 10, logRate: 65_536 });
  t.regex((await vstar(['quota', 'greeter'], own)).stdout, /^cpu-weight +10 +0$/m);

  t.is((await vstar(['quota', 'greeter', '--cpu-weight', '-1'], own)).status, 2);
  t.is((await vstar(['quota', 'greeter', '--watches', 'NaN'], own)).status, 2);
  const beyond = await vstar(['quota', 'greeter', '--watches', '70000'], own);
  t.is(beyond.status, 6);
  t.regex(beyond.stderr, /watches: 70000, at most 65536/);
  t.is((await vstar(['quota', 'nobody', '--watches', '7'], own)).status, 3);

  const [listed] = JSON.parse((await vstar(['ps', '--json'], own)).stdout) as Info[];
  t.deepEqual(listed!.quota, after.quota);
  t.true(listed!.cpuUs > 0);
  t.deepEqual(listed!.refusals, []);

  await vstar(['tenant', 'add', 'alice', '--vtasks', '1'], own);
  t.is((await vstar(['tenant', 'set', 'alice', '--cpu-rate', '500'], own)).status, 0);
  t.is((await vstar(['tenant', 'set', 'alice', '--memory', '100T'], own)).status, 6);
  t.is((await vstar(['tenant', 'set', 'nobody', '--vtasks', '1'], own)).status, 5);
  const asAlice = { env: { ...own.env, VSTAR_TENANT: 'alice' } };
  for (let n = 0; n < 2; n += 1) {
    const made = await vstar(['run', '--detach', 'pong'], asAlice);
    t.is(made.status, 0, `limits are counted, not enforced: ${made.stderr}`);
  }
  const tenants = JSON.parse((await vstar(['tenants', '--json'], own)).stdout) as Tenant[];
  const alice = tenants.find(({ name }) => name === 'alice')!;
  t.is(alice.quota.vtasks, 1);
  t.is(alice.quota.cpuRate, 500);
  t.is(alice.vtasks, 2);
  t.deepEqual(alice.refusals, [{ limit: 'tenant-vtasks', count: 1 }]);
});
