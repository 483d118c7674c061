import test from 'ava';
import type { Tenant } from '#posiv-wit/generated/admin.ts';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

test('a tenant is added, works by its token alone, sees its own, and is taken away', async (t) => {
  await using folder = await temporaryFolder();
  const node = startVstar(['node', '--data', folder.path, '--json', '--warm-cells', '0']);
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  const { socket } = JSON.parse(await node.said(/^\}$/m)) as { socket: string };
  const own = { env: { VSTAR_CONTROL: `unix:${socket}` } };
  const added = await vstar(['tenant', 'add', 'alice', '--vtasks', '3', '--memory', '1G'], own);
  t.is(added.status, 0, added.stderr);
  const token = added.stdout.trim();
  t.regex(token, /^[A-Za-z0-9_-]{32}$/);
  const hers = { env: { ...own.env, VSTAR_TOKEN: token } };

  t.is((await vstar(['put', '-', '/text'], { ...hers, input: 'hers' })).status, 0);
  t.is((await vstar(['get', '/text', '-'], hers)).stdout, 'hers');
  t.is((await vstar(['get', '/text', '-'], own)).status, 3);
  t.is((await vstar(['get', '/tenants/alice/text', '-'], own)).stdout, 'hers');
  const asHer = { env: { ...own.env, VSTAR_TENANT: 'alice' } };
  t.is((await vstar(['get', '/text', '-'], asHer)).stdout, 'hers');

  const denied = await vstar(['tenants'], hers);
  t.not(denied.status, 0);
  t.regex(denied.stderr, /not granted to alice/);
  const listed = JSON.parse((await vstar(['tenants', '--json'], own)).stdout) as Tenant[];
  t.deepEqual(
    listed.map(({ name, quota, hasToken }) => [name, quota.vtasks, hasToken]),
    [
      ['alice', 3, true],
      ['default', 1_000_000, false],
      ['system', 1_000_000, false],
    ],
  );
  t.is((await vstar(['tenant', 'add', 'alice'], own)).status, 5);
  t.is((await vstar(['tenant', 'add', 'bob', '--vtasks', '0'], own)).status, 2);
  t.is((await vstar(['tenant', 'set', 'alice', '--cpu-weight', '40'], own)).status, 0);
  t.is((await vstar(['tenant', 'set', 'alice', '--cpu-weight', '1001'], own)).status, 2);
  t.regex(
    (await vstar(['tenants'], own)).stdout,
    /^alice +0 of 3 .* 4\.0 KiB of 16\.0 GiB .* 40 +yes$/m,
  );
  t.is((await vstar(['tenant', 'rm', 'alice'], own)).status, 0);
  const refused = await vstar(['ls'], hers);
  t.is(refused.status, 4);
  t.regex(refused.stderr, /set VSTAR_TOKEN to .* \[wrong-token\]/);
  t.notRegex(refused.stderr, /VSTAR_TENANT/);
  const unknown = await vstar(['ls'], asHer);
  t.is(unknown.status, 4);
  t.regex(
    unknown.stderr,
    /set VSTAR_TENANT, which is alice, to a tenant that 'vstar tenants' lists, or unset it; .*\[wrong-token\]/,
  );
});

test('doctor says of each layer and backend whether it works, without a node', async (t) => {
  const { status, stdout } = await vstar(['doctor', '--json']);
  t.is(status, 0);
  type Check = { name: string; on: boolean; why: string | null };
  const { layers, machines } = JSON.parse(stdout) as { layers: Check[]; machines: Check[] };
  t.deepEqual(
    layers.map(({ name }) => name),
    'permission bubblewrap privileges limits weights cgroup cgroup-cpu cgroup-memory cgroup-pids'.split(
      ' ',
    ),
  );
  t.true(layers[0]!.on);
  t.deepEqual(
    machines.slice(0, 2).map(({ name }) => name),
    ['qemu-kvm', 'qemu-tcg'],
  );
  for (const { on, why } of [...layers, ...machines]) t.is(on, why === null);
});
