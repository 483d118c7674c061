import { createServer } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  eventually,
  isAlive,
  startVstar,
  temporaryFolder,
  vstar,
  type Vstar,
} from './vstar-process.ts';

/** Prints the ids of the COMMAND's process and of the nodes', once the cluster is there. */
const TELL_PIDS =
  'echo $$; sed -n \'s/.*"pid": \\([0-9]*\\).*/\\1/p\' $VSTAR_DEVSTACK/*/node.json; echo ready';

async function pids(stack: Vstar): Promise<number[]> {
  const said = await stack.said('ready');
  return said.split('\n').map(Number).filter(Boolean);
}

/** A devstack whose temporary folder is in one of the test's own, where nothing may be left. */
function inFolder(folder: string, nodes: number, script: string): Vstar {
  const args = ['devstack', '--nodes', String(nodes), '--', 'sh', '-c', script];
  return startVstar(args, { env: { TMPDIR: folder } });
}

test.serial(
  'COMMAND finds three nodes and vstar on its PATH, and its status is passed on',
  async (t) => {
    await using folder = await temporaryFolder();
    const { status, stdout } = await inFolder(folder.path, 3, 'vstar nodes --json; exit 7').ended;
    t.is(status, 7);
    t.deepEqual(
      JSON.parse(stdout).map(({ name }: { name: string }) => name),
      ['node-1', 'node-2', 'node-3'],
    );
    t.deepEqual(await readdir(folder.path), []);
  },
);

test.serial(
  'a COMMAND that a signal ended gives 128 and its number, and the nodes end',
  async (t) => {
    await using folder = await temporaryFolder();
    const stack = inFolder(folder.path, 2, `${TELL_PIDS}; kill -9 $$`);
    const [, ...nodes] = await pids(stack);
    t.is(nodes.length, 2);
    t.is((await stack.ended).status, 137);
    t.deepEqual(nodes.filter(isAlive), []);
    t.deepEqual(await readdir(folder.path), []);
  },
);

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test.serial(`${signal} ends COMMAND, what it started and the nodes`, async (t) => {
    await using folder = await temporaryFolder();
    const stack = inFolder(folder.path, 2, `sleep 1000 & echo $!; ${TELL_PIDS}; wait; wait`);
    const all = await pids(stack);
    t.is(all.length, 4);
    stack.child.kill(signal);
    t.is((await stack.ended).status, status);
    t.deepEqual(all.filter(isAlive), []);
    t.deepEqual(await readdir(folder.path), []);
  });
}

test.serial('what COMMAND leaves running is ended with it', async (t) => {
  await using folder = await temporaryFolder();
  const stack = inFolder(folder.path, 1, 'sleep 1000 >/dev/null 2>&1 & echo $! ready');
  const left = Number.parseInt(await stack.said('ready'), 10);
  t.is((await stack.ended).status, 0);
  t.false(isAlive(left));
});

test.serial('a devstack that is killed leaves nothing behind', async (t) => {
  await using folder = await temporaryFolder();
  const stack = inFolder(folder.path, 2, `sleep 1000 & echo $!; ${TELL_PIDS}; wait`);
  const all = await pids(stack);
  stack.child.kill('SIGKILL');
  await eventually(() => !all.some(isAlive));
  await eventually(async () => (await readdir(folder.path)).length === 0);
  t.is((await stack.ended).signal, 'SIGKILL');
});

test.serial('a node that is killed is named, and the others go on', async (t) => {
  await using folder = await temporaryFolder();
  const stack = inFolder(folder.path, 3, `${TELL_PIDS}; sleep 1000`);
  const [, , second] = await pids(stack);
  process.kill(second!, 'SIGKILL');
  const said = await stack.said('has ended');
  t.regex(said, /vstar: node-2 has ended \(SIGKILL\); the cluster goes on without it/);
  const control = `unix:${join(folder.path, (await readdir(folder.path))[0]!, 'node-1', 'control.sock')}`;
  const { stdout } = await vstar(['nodes', '--json'], { env: { VSTAR_CONTROL: control } });
  t.is(JSON.parse(stdout).length, 3);
  stack.child.kill('SIGTERM');
  t.is((await stack.ended).status, 143);
});

test.serial(
  'a COMMAND that does not exist ends with 127, one that is no program with 126',
  async (t) => {
    await using folder = await temporaryFolder();
    const env = { TMPDIR: folder.path };
    const missing = await vstar(['devstack', '--nodes', '1', '--', 'no-such-command'], { env });
    t.is(missing.status, 127);
    t.regex(missing.stderr, /there is no command no-such-command \[command-not-started\]/);
    const file = join(folder.path, 'text');
    await writeFile(file, 'x');
    const text = await vstar(['devstack', '--nodes', '1', '--', file], { env });
    t.is(text.status, 126);
    t.regex(text.stderr, /cannot be executed.*\[command-not-started\]/);
    t.deepEqual(await readdir(folder.path), ['text']);
  },
);

test.serial('a node that does not start ends the devstack with 125 and its reason', async (t) => {
  await using folder = await temporaryFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const args = ['devstack', '--http-port', String(port), '--', 'echo', 'not run'];
  const { status, stdout, stderr } = await vstar(args, { env: { TMPDIR: folder.path } });
  t.is(status, 125);
  t.is(stdout, '');
  t.regex(
    stderr,
    new RegExp(`node-1 did not start: .*${port}.*in use.*\\[port-in-use\\] \\[node-not-started\\]`),
  );
  t.deepEqual(await readdir(folder.path), []);
});

test.serial(
  'without COMMAND it shows how to reach it, and ends with 0 when told to stop',
  async (t) => {
    await using folder = await temporaryFolder();
    const stack = startVstar(['devstack', '--nodes', '1'], { env: { TMPDIR: folder.path } });
    const said = await stack.said('Ctrl-C stops it.');
    const control = /export VSTAR_CONTROL='(.*)'/.exec(said)?.[1];
    t.is((await vstar(['nodes'], { env: { VSTAR_CONTROL: control } })).status, 0);
    stack.child.kill('SIGINT');
    t.is((await stack.ended).status, 0);
    t.deepEqual(await readdir(folder.path), []);
  },
);

test.serial('a temporary folder with blanks and quotes in its name does no harm', async (t) => {
  await using folder = await temporaryFolder();
  const odd = join(folder.path, "it's a folder");
  await mkdir(odd);
  const { status, stdout } = await inFolder(odd, 1, 'vstar --version').ended;
  t.is(status, 0);
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  t.is(stdout.trim(), manifest.version);
});
