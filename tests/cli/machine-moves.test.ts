// Machines that start within a second, moved between three real nodes while they run. The tests follow one another.
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { encode } from 'cborg';
import test from 'ava';
import { storeFile } from '#cli/files/upload.ts';
import type { MachineInfo } from '#cli/machine/master.ts';
import { logEntries } from '#cli/follow-log.ts';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import { CACHES } from '#tests/services/machine/support/hosts.ts';
import { good } from '#tests/support/results.ts';
import { storeTinyTemplate } from '#tests/support/tiny-template.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { MachineCalls } from './machine-calls.ts';
import { sharedCluster, type SharedNode } from './shared-cluster.ts';
import { eventually } from './vstar-process.ts';

const cluster = sharedCluster(test);
const machines = new MachineCalls(cluster);
const { signal } = new AbortController();

/** One that there is. */
async function machine(name: string, node?: SharedNode): Promise<MachineInfo> {
  const found = await machines.machine(name, { node });
  if (found) return found;
  throw new Error(`there is no machine ${name}`);
}

function nodeOf({ node }: MachineInfo): SharedNode {
  return cluster().nodes.find(({ id }) => id === node)!;
}

function othersThan({ node }: MachineInfo): SharedNode[] {
  return cluster().nodes.filter(({ id }) => id !== node);
}

/** The folders of machines on a node. */
async function foldersOf({ name }: SharedNode): Promise<string[]> {
  const found = await readdir(join(cluster().folder, name, 'machines'));
  return found.filter((each) => !CACHES.has(each));
}

async function all(client: PosivClient, vtid: string): Promise<string> {
  let said = '';
  for await (const { text } of logEntries(client, vtid, { follow: false, signal }))
    said += Buffer.from(text).toString();
  return said;
}

test.serial('where nobody ever made a machine, nothing is made to look for some', async (t) => {
  t.is((await machines.vstar(t, ['ls', '--json'])).stdout.trim(), '[]');
  const none = await cluster().vstar(['machine', 'info', 'nobody']);
  t.regex(none.stderr, /\[no-such-machine\]/);
  const { stdout } = await cluster().vstar(['ps', '--json']);
  t.false(stdout.includes('machine-master'), stdout);
});

test.serial('a machine that counts goes on counting on another node', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const client = await connectControl({ socket: cluster().nodes[0]!.socket });
  await storeTinyTemplate(client);
  await machines.vstar(t, [
    'create',
    'm',
    '--template',
    'tiny',
    '--memory',
    '32M',
    '--disk',
    '64M',
  ]);
  await machines.talk('m', 'wKc', '0009');
  const before = await machine('m');
  const [to] = othersThan(before);
  const { stderr } = await machines.vstar(t, ['migrate', 'm', '--node', to!.name]);
  t.regex(stderr, /m has moved; it stood still for .* of .*, .*B travelled/);
  const now = await machine('m');
  t.like(now, { state: 'running', node: to!.id });
  t.not(now.vtid, before.vtid);
  const there = await machines.talk('m', '', '\n', { node: to });
  const here = await all(client, before.vtid!);
  const [last, next] = [here.trim().split('\n').at(-1)!, there.trim().split('\n')[0]!];
  t.true(Number.parseInt(next, 16) > Number.parseInt(last, 16), `${last} then ${next}`);
  await machines.talk('m', 'sr', 'K');
  await eventually(async () => (await foldersOf(nodeOf(before))).length === 0);
  t.regex((await machines.vstar(t, ['info', 'm'])).stdout, /^stood still /m);

  const again = await cluster().vstar(['machine', 'migrate', 'm', '--node', to!.name]);
  t.regex(again.stderr, /is on that node already .*\[machine-refused\]/);
  await client.close();
});

test.serial('a console goes with its machine to another node', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const before = await machine('m');
  const [to] = othersThan(before);
  const words = ['machine', 'console', 'm'];
  const console = cluster().startVstar(words, { input: 'c', holdsInput: true });
  await console.said(/^[0-9a-f]{4}\n/m);
  await machines.vstar(t, ['migrate', 'm', '--node', to!.name]);
  await console.said(`m goes on on ${to!.name}`);
  console.child.stdin!.write('sr');
  await console.said('K');
  console.child.kill('SIGINT');
  const { stdout } = await console.ended;
  const numbers = [...stdout.matchAll(/^([0-9a-f]{4})\n/gm)].map(([, each]) =>
    Number.parseInt(each!, 16),
  );
  t.true(numbers.length > 1);
  // Between two of its agents nothing is said twice.
  t.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  );
});

test.serial('a clone begins as its machine is, with its memory and disk', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await machines.vstar(t, ['clone', 'm', 'copy', '--count', '2']);
  await machines.talk('m', 'wM', 'W');
  for (const [name, letter] of [
    ['copy-1', 'K'],
    ['copy-2', 'K'],
    ['m', 'M'],
  ] as const)
    t.is(await machines.talk(name, 'r', ''), letter);
  await machines.vstar(t, ['rm', 'copy-1', 'copy-2']);
});

test.serial('what was kept of one when its master was lost is what it starts from', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const small = ['--template', 'tiny', '--memory', '32M', '--disk', '64M', '--restart', 'never'];
  await machines.vstar(t, ['create', 'n', ...small]);
  await machines.talk('n', 'wN', 'W');
  const { vtid } = await machine('n');
  // As a master does that is lost before it has noted what came of it.
  await machines.withMaster(async (_, client) => {
    const state = '/machines/states/n/n';
    const as = { memory: '/machines/kept/n.7.memory', disk: '/machines/kept/n.7.disk' };
    const lost = good(await client.vtask.find('machine-master'));
    good(await client.vtask.kill(lost));
    good(await client.ipc.rpc(vtid!, 'suspend', 60_000, encode(as)));
    const noted = { name: 'n', wanted: 'running', generation: 1, used: 7, keepingAs: 'n.7' };
    await storeFile(client, state, Readable.from([Buffer.from(JSON.stringify(noted))]), {
      what: state,
      signal,
    });
  });
  t.like(await machine('n'), { state: 'failed', vtid: null });
  await machines.vstar(t, ['start', 'n']);
  t.is(await machines.talk('n', 'r', ''), 'N');
  await machines.vstar(t, ['rm', 'n']);
});

test.serial('what a node of another version has written of machines stays as it is', async (t) => {
  if (!hasQemu(t)) return;
  const later = {
    '/machines/groups/later': '{"version":2}',
    '/machines/states/later/later-1': '{}',
    '/machines/kept/later-1.1.disk': 'its disk',
  };
  await machines.withMaster(async (_, client) => {
    for (const [path, text] of Object.entries(later))
      await storeFile(client, path, Readable.from([Buffer.from(text)]), { what: path, signal });
    const read = good(await client.vtask.find('machine-master'));
    good(await client.vtask.kill(read));
  });
  // Another master, which reads the book as it is now.
  await machines.withMaster(async (master, client) => {
    t.deepEqual(
      (await master.list()).map(({ name }) => name),
      ['m'],
    );
    for (const path of Object.keys(later)) t.true((await client.files.stat(path)).ok, path);
    const shape = { memory: 32 << 20, processors: 1, disk: 64 << 20 };
    const wish = { count: 1, template: 'tiny', shape, restart: 'never', paused: true };
    await t.throwsAsync(master.ask('create', { ...wish, name: 'later' }), {
      message: /there is a machine later already/,
    });
    for (const path of Object.keys(later)) good(await client.files.delete(path));
  });
});

test.serial('one whose node is killed comes back as it was kept last', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  await machines.vstar(t, ['snapshot', 'm']);
  await machines.talk('m', 'wX', 'W');
  const before = await machine('m');
  const [asked] = othersThan(before);
  process.kill(nodeOf(before).pid, 'SIGKILL');
  await eventually(async () => {
    const found = await machine('m', asked).catch(() => undefined);
    return found?.state === 'running' && found.node !== before.node;
  });
  t.is(await machines.talk('m', 'r', '', { node: asked }), 'M');
  const env = { VSTAR_CONTROL: `unix:${asked!.socket}` };
  t.is((await cluster().vstar(['machine', 'rm', 'm'], { env })).status, 0);
});
