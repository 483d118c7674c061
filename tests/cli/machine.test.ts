// Real machines on three real nodes. They are made from one template, which is started once: the tests follow one another.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { sharedCluster } from './shared-cluster.ts';
import { eventually, type Ended } from './vstar-process.ts';

const cluster = sharedCluster(test);

interface Machine {
  readonly name: string;
  readonly state: string;
  readonly vtid: string | null;
  readonly node: string | null;
  readonly error: string | null;
}

async function vstar(t: ExecutionContext, ...args: readonly string[]): Promise<Ended> {
  const ended = await cluster().vstar(['machine', ...args]);
  t.is(ended.status, 0, ended.stderr);
  return ended;
}

async function machine(t: ExecutionContext, name: string): Promise<Machine | undefined> {
  const { stdout } = await vstar(t, 'ls', '--json');
  return (JSON.parse(stdout) as Machine[]).find((each) => each.name === name)!;
}

/** What a machine's shell says to some words; the sum at the end is written by it alone, not by what echoes the words. */
async function say(t: ExecutionContext, name: string, words: string): Promise<string> {
  const input = `${words}; echo said-$((40+2))\n`;
  const args = ['machine', 'console', name, '--until', 'said-42'];
  const { status, stdout, stderr } = await cluster().vstar(args, { input });
  t.is(status, 0, stderr);
  return stdout;
}

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

function nodeOf(made: Machine | undefined) {
  return cluster().nodes.find(({ id }) => id === made?.node)!;
}

test.serial('two machines are made of a template, and answer on their consoles', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(400_000);
  const none = await cluster().vstar(['machine', 'create', 'early']);
  t.is(none.status, 5);
  t.regex(none.stderr, /there is no template debian.* \[machine-refused\]/);

  await vstar(t, 'template', 'build');
  t.regex((await vstar(t, 'template', 'ls')).stdout, /^debian +6\.\d MiB +busybox-static/m);
  const { stdout } = await vstar(t, 'create', 'm', '--count', '2', '--json');
  const made = JSON.parse(stdout) as Machine[];
  t.deepEqual(
    made.map(({ name, state }) => [name, state]),
    [
      ['m-1', 'running'],
      ['m-2', 'running'],
    ],
  );
  for (const { name } of made) t.regex(await say(t, name, 'uname -s'), /^Linux/m);
  t.regex(await say(t, 'm-1', 'grep -c . /proc/partitions; cat /sys/block/vda/size'), /^4194304/m);
  t.regex((await vstar(t, 'info', 'm-1')).stdout, /^backend +qemu-(tcg|kvm)$/m);
  t.regex((await vstar(t, 'logs', 'm-1')).stdout, /said-42/);

  const again = await cluster().vstar(['machine', 'create', 'm']);
  t.is(again.status, 5);
  t.regex(again.stderr, /there is a machine m already/);
});

test.serial('one that was suspended goes on where it was, on another node', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await say(t, 'm-1', 'KEPT=secret; echo on-disk > /dev/vda; sync');
  const before = await machine(t, 'm-1');
  await vstar(t, 'suspend', 'm-1');
  t.like(await machine(t, 'm-1'), { state: 'suspended', vtid: null, node: null });
  const twice = await cluster().vstar(['machine', 'suspend', 'm-1']);
  t.is(twice.status, 5);
  t.regex(twice.stderr, /refused: m-1 is suspended/);
  const dead = await cluster().vstar(['machine', 'console', 'm-1']);
  t.regex(dead.stderr, /m-1 is suspended; .* \[machine-not-there\]/);

  const other = cluster().nodes.find(({ id }) => id !== before?.node)!;
  await vstar(t, 'resume', 'm-1', '--node', other.name);
  t.like(await machine(t, 'm-1'), { state: 'running', node: other.id });
  t.regex(await say(t, 'm-1', 'echo my-$KEPT; head -c 7 /dev/vda'), /my-secret\r?\non-disk/);
});

test.serial('one that is paused says nothing until it is resumed', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  await vstar(t, 'pause', 'm-2');
  t.like(await machine(t, 'm-2'), { state: 'paused' });
  t.regex((await vstar(t, 'info', 'm-2')).stdout, /^state +paused$/m);
  await vstar(t, 'resume', 'm-2');
  await say(t, 'm-2', 'true');
});

test.serial('those of a node that is drained go on elsewhere, as they were', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const { name } = nodeOf(await machine(t, 'm-1'));
  const drained = await cluster().vstar(['drain', name, '--deadline', '4m']);
  t.is(drained.status, 0, drained.stderr);
  await eventually(async () => (await machine(t, 'm-1'))?.state === 'running');
  t.not(nodeOf(await machine(t, 'm-1')).name, name);
  t.regex(await say(t, 'm-1', 'echo my-$KEPT'), /my-secret/);
  t.is((await cluster().vstar(['drain', name, '--undo'])).status, 0);
});

test.serial(
  'one whose hypervisor was killed is made again, from what was kept of it',
  async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(300_000);
    const before = await machine(t, 'm-1');
    const folder = machinesOf(nodeOf(before).name);
    const [pid] = await processesWith(folder);
    process.kill(pid!, 'SIGKILL');
    await eventually(async () => {
      const now = await machine(t, 'm-1');
      return now?.vtid !== before?.vtid && now?.state === 'running';
    });
    t.regex(await say(t, 'm-1', 'echo my-$KEPT'), /my-secret/);
  },
);

test.serial('one that switches itself off is off, and starts again with its disk', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await say(t, 'm-2', 'echo still-here > /dev/vda; sync');
  await vstar(t, 'stop', 'm-2');
  t.like(await machine(t, 'm-2'), { state: 'stopped', vtid: null });
  await vstar(t, 'start', 'm-2');
  t.regex(await say(t, 'm-2', 'head -c 10 /dev/vda'), /still-here/);
  const off = await cluster().vstar(['machine', 'console', 'm-2'], { input: 'reboot -f\n' });
  t.is(off.status, 0);
  t.like(await machine(t, 'm-2'), { state: 'off', vtid: null, error: null });
  await vstar(t, 'rm', 'm-2');
  t.is(await machine(t, 'm-2'), undefined);
});

test.serial(
  'a node that is killed leaves no hypervisor, and its machines come back elsewhere',
  async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(300_000);
    const before = await machine(t, 'm-1');
    const lost = nodeOf(before);
    const folder = machinesOf(lost.name);
    t.not((await processesWith(folder)).length, 0);
    const [asked] = cluster().nodes.filter(({ id }) => id !== lost.id);
    process.kill(lost.pid, 'SIGKILL');
    await eventually(async () => (await processesWith(folder)).length === 0);
    const env = { VSTAR_CONTROL: `unix:${asked!.socket}` };
    await eventually(async () => {
      const { status, stdout } = await cluster().vstar(['machine', 'ls', '--json'], { env });
      if (status !== 0) return false; // the lease of the node has not run out yet
      const [found] = JSON.parse(stdout) as Machine[];
      return found?.state === 'running' && found.node !== lost.id && found.node !== null;
    });
    const input = 'echo my-$KEPT; echo said-$((40+2))\n';
    const args = ['machine', 'console', 'm-1', '--until', 'said-42'];
    t.regex((await cluster().vstar(args, { env, input })).stdout, /my-secret/);
    t.is((await cluster().vstar(['machine', 'rm', 'm-1'], { env })).status, 0);
  },
);
