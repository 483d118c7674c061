// Real machines on three real nodes. They are made from one template, which is started once: the tests follow one another.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { MachineInfo } from '#cli/machine/master.ts';
import { connectControl } from '#node/control/client.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { MachineCalls } from './machine-calls.ts';
import { sharedCluster } from './shared-cluster.ts';
import { eventually } from './vstar-process.ts';

const cluster = sharedCluster(test);
const machines = new MachineCalls(cluster);

/** The processes whose arguments have these bytes. */
async function processesWith(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((each) => /^\d+$/.test(each));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return words.includes(text) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Where the machines of a node are. */
function machinesOf(name: string): string {
  return join(cluster().folder, name, 'machines');
}

function nodeOf(made: MachineInfo | undefined) {
  return cluster().nodes.find(({ id }) => id === made?.node)!;
}

test.serial('two machines are made of a template, and answer on their consoles', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(400_000);
  const none = await cluster().vstar(['machine', 'create', 'early']);
  t.is(none.status, 5);
  t.regex(
    none.stderr,
    /there is no template debian .*vstar machine template build debian.* \[machine-refused\]/,
  );

  await machines.vstar(t, ['template', 'build']);
  t.regex(
    (await machines.vstar(t, ['template', 'ls'])).stdout,
    /^debian +6\.\d MiB +busybox-static/m,
  );
  const { stdout } = await machines.vstar(t, ['create', 'm', '--count', '2', '--json']);
  const made = JSON.parse(stdout) as MachineInfo[];
  t.deepEqual(
    made.map(({ name, state }) => [name, state]),
    [
      ['m-1', 'running'],
      ['m-2', 'running'],
    ],
  );
  for (const { name } of made) t.regex(await machines.say(name, 'uname -s'), /^Linux/m);
  t.regex(
    await machines.say('m-1', 'grep -c . /proc/partitions; cat /sys/block/vda/size'),
    /^4194304/m,
  );
  const input = 'echo typed-$((40+2))\n';
  const words = ['machine', 'console', 'm-1', '--until', 'typed-42'];
  t.regex((await cluster().vstar(words, { input })).stdout, /^typed-42/m);
  t.regex(
    (await machines.vstar(t, ['ls'])).stdout,
    /^m-2 +running +node-\d +debian +1 +64\.0 MiB +2\.0 GiB$/m,
  );
  t.regex((await machines.vstar(t, ['info', 'm-1'])).stdout, /^backend +qemu-(tcg|kvm)$/m);
  t.regex((await machines.vstar(t, ['logs', 'm-1'])).stdout, /said-42/);

  const again = await cluster().vstar(['machine', 'create', 'm']);
  t.is(again.status, 5);
  t.regex(again.stderr, /there is a machine m already/);
});

test.serial('one that was suspended goes on where it was, on another node', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await machines.say('m-1', 'KEPT=secret; echo on-disk > /dev/vda; sync');
  const before = await machines.machine('m-1');
  await machines.vstar(t, ['suspend', 'm-1']);
  t.like(await machines.machine('m-1'), { state: 'suspended', vtid: null, node: null });
  const twice = await cluster().vstar(['machine', 'suspend', 'm-1']);
  t.is(twice.status, 5);
  t.regex(twice.stderr, /refused: m-1 is suspended/);
  const dead = await cluster().vstar(['machine', 'console', 'm-1']);
  t.regex(dead.stderr, /m-1 is suspended; .* \[machine-not-there\]/);

  const other = cluster().nodes.find(({ id }) => id !== before?.node)!;
  await machines.vstar(t, ['resume', 'm-1', '--node', other.name]);
  t.like(await machines.machine('m-1'), { state: 'running', node: other.id });
  t.regex(await machines.say('m-1', 'echo my-$KEPT; head -c 7 /dev/vda'), /my-secret\r?\non-disk/);
});

test.serial('one that is paused says nothing until it is resumed', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  await machines.vstar(t, ['pause', 'm-2']);
  t.like(await machines.machine('m-2'), { state: 'paused' });
  t.regex((await machines.vstar(t, ['info', 'm-2'])).stdout, /^state +paused$/m);
  await machines.vstar(t, ['resume', 'm-2']);
  await machines.say('m-2', 'true');
});

test.serial('those of a node that is drained go on elsewhere, as they were', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const { name } = nodeOf(await machines.machine('m-1'));
  const drained = await cluster().vstar(['drain', name, '--deadline', '4m']);
  t.is(drained.status, 0, drained.stderr);
  await eventually(async () => (await machines.machine('m-1'))?.state === 'running');
  t.not(nodeOf(await machines.machine('m-1')).name, name);
  t.regex(await machines.say('m-1', 'echo my-$KEPT'), /my-secret/);
  t.is((await cluster().vstar(['drain', name, '--undo'])).status, 0);
});

test.serial(
  'a container of a node that is drained begins anew elsewhere, with its files',
  async (t) => {
    if (!hasQemu(t)) return; // the template that it is made of was built for machines
    t.timeout(300_000);
    const made = await cluster().vstar(['machine', 'create', 'c', '--backend', 'container']);
    if (/\[machines-failed\]/.test(made.stderr)) {
      t.regex(made.stderr, /no node has container/);
      t.log('not run: install bubblewrap');
      return t.pass();
    }
    t.is(made.status, 0, made.stderr);
    await machines.say('c', 'KEPT=gone; echo kept > /file');
    const before = await machines.machine('c');
    const { name } = nodeOf(before);
    t.is((await cluster().vstar(['drain', name, '--deadline', '4m'])).status, 0);
    await eventually(async () => {
      const now = await machines.machine('c');
      return now?.state === 'running' && now.node !== before?.node;
    });
    t.regex(await machines.say('c', 'echo my-$KEPT; cat /file'), /my-\r?\nkept/);
    t.is((await cluster().vstar(['drain', name, '--undo'])).status, 0);
    await machines.vstar(t, ['rm', 'c']);
  },
);

test.serial(
  'one whose hypervisor was killed is made again, from what was kept of it',
  async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(300_000);
    const before = await machines.machine('m-1');
    const folder = machinesOf(nodeOf(before).name);
    const [pid] = await processesWith(folder);
    process.kill(pid!, 'SIGKILL');
    await eventually(async () => {
      const now = await machines.machine('m-1');
      return now?.vtid !== before?.vtid && now?.state === 'running';
    });
    t.regex(await machines.say('m-1', 'echo my-$KEPT'), /my-secret/);
  },
);

test.serial('one that switches itself off is off, and starts again with its disk', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await machines.say('m-2', 'echo still-here > /dev/vda; sync');
  await machines.vstar(t, ['stop', 'm-2']);
  t.like(await machines.machine('m-2'), { state: 'stopped', vtid: null });
  await machines.vstar(t, ['start', 'm-2']);
  t.regex(await machines.say('m-2', 'head -c 10 /dev/vda'), /still-here/);
  const off = await cluster().vstar(['machine', 'console', 'm-2'], { input: 'reboot -f\n' });
  t.is(off.status, 0);
  t.like(await machines.machine('m-2'), { state: 'off', vtid: null, error: null });
  await machines.vstar(t, ['rm', 'm-2']);
  t.is(await machines.machine('m-2'), undefined);
});

test.serial(
  'a node that is killed leaves no hypervisor, and its machines come back elsewhere',
  async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(300_000);
    const before = await machines.machine('m-1');
    const lost = nodeOf(before);
    const folder = machinesOf(lost.name);
    t.not((await processesWith(folder)).length, 0);
    const [asked] = cluster().nodes.filter(({ id }) => id !== lost.id);
    process.kill(lost.pid, 'SIGKILL');
    await eventually(async () => (await processesWith(folder)).length === 0);
    await eventually(async () => {
      // Until the lease of the node has run out nobody can say.
      const found = await machines.machine('m-1', { node: asked }).catch(() => undefined);
      return found?.state === 'running' && found.node !== lost.id;
    });
    t.regex(await machines.say('m-1', 'echo my-$KEPT', { node: asked }), /my-secret/);
    const env = { VSTAR_CONTROL: `unix:${asked!.socket}` };
    t.is((await cluster().vstar(['machine', 'rm', 'm-1'], { env })).status, 0);
  },
);

test.serial('one that is removed while it runs stays removed, and the others run on', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  // One of them was killed.
  const [node] = cluster().nodes.filter(({ pid }) => existsSync(`/proc/${pid}`));
  const client = await connectControl({ socket: node!.socket });
  const env = { VSTAR_CONTROL: `unix:${node!.socket}` };
  const master = async () => client.vtask.find('machine-master');
  t.is((await cluster().vstar(['machine', 'create', 'n', '--count', '2'], { env })).status, 0);
  const before = await master();
  const some = await cluster().vstar(['machine', 'rm', 'n-1', 'nobody'], { env });
  t.is(some.status, 1);
  t.regex(some.stderr, /^nobody: there is no machine nobody; /m);
  t.regex(some.stderr, /1 of 2 machines failed, .* \[machines-failed\]/);
  const nobody = await cluster().vstar(['machine', 'rm', '--group', 'nobody'], { env });
  t.is(nobody.status, 3);
  t.regex(nobody.stderr, /\[no-such-machine\]/);
  t.is((await cluster().vstar(['machine', 'rm'], { env })).status, 2);
  await machines.say('n-2', 'true', { node });
  const { stdout } = await cluster().vstar(['ps', '--json'], { env });
  const living = JSON.parse(stdout) as { name: string | null }[];
  t.deepEqual(
    living.flatMap(({ name }) => (name?.startsWith('machine.') ? [name] : [])),
    ['machine.n-2.1'],
  );
  const rest = await cluster().vstar(['machine', 'rm', '--group', 'n', '--json'], { env });
  t.is(rest.status, 0, rest.stderr);
  t.deepEqual(JSON.parse(rest.stdout), [{ name: 'n-2', state: 'removed', error: null }]);
  t.is((await cluster().vstar(['machine', 'ls', '--json'], { env })).stdout.trim(), '[]');
  t.deepEqual(await master(), before);
  await client.close();
});
