import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startVstar, temporaryFolder, vstar, type Vstar } from './vstar-process.ts';

interface Announced {
  readonly id: string;
  readonly pid: number;
  readonly addresses: readonly [string];
  readonly socket: string;
  readonly url?: string;
}

/** Starts a node, which ends with its test at the latest. */
async function startNode(
  t: ExecutionContext,
  data: string,
  ...args: readonly string[]
): Promise<Announced & { node: Vstar }> {
  const node = startVstar(['node', '--data', data, '--json', ...args]);
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  return { ...(JSON.parse(await node.said(/^\}$/m)) as Announced), node };
}

test.serial('a node that is told to stop ends with 0 and withdraws its address', async (t) => {
  await using folder = await temporaryFolder();
  const { node, pid } = await startNode(t, folder.path);
  t.is(pid, node.child.pid!);
  await t.notThrowsAsync(access(join(folder.path, 'node.json')));
  node.child.kill('SIGINT');
  t.is((await node.ended).status, 0);
  await t.throwsAsync(access(join(folder.path, 'node.json')), { code: 'ENOENT' });
});

test.serial('a node joins by the address of another, and comes back with its files', async (t) => {
  await using folder = await temporaryFolder();
  const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')];
  const a = await startNode(t, first, '--name', 'a');
  const ticket = (await vstar(['ticket', 'create', '--data', first])).stdout.trim();
  const joining = ['--bootstrap', a.addresses[0], '--ticket', ticket];
  const b = await startNode(t, second, '--name', 'b', ...joining);
  const { stdout } = await vstar(['nodes', '--json', '--data', second]);
  t.deepEqual(
    JSON.parse(stdout)
      .map(({ name }: { name: string }) => name)
      .toSorted(),
    ['a', 'b'],
  );
  t.is((await vstar(['put', '-', '/kept', '--data', second], { input: 'kept' })).status, 0);

  for (const { node } of [b, a]) node.child.kill('SIGTERM');
  await Promise.all([a.node.ended, b.node.ended]);
  const port = /tcp\/(\d+)/.exec(a.addresses[0])?.[1];
  const again = [
    startNode(t, first, '--name', 'a', '--listen', `/ip4/127.0.0.1/tcp/${port}`),
    startNode(t, second, '--name', 'b', '--bootstrap', a.addresses[0]),
  ];
  const started = await Promise.all(again);
  t.deepEqual(
    started.map(({ id }) => id),
    [a.id, b.id],
  );
  t.is((await vstar(['get', '/kept', '--data', first])).stdout, 'kept');
  for (const { node } of started) node.child.kill('SIGTERM');
  await Promise.all(started.map(({ node }) => node.ended));
});

test.serial(
  'a second node with the same data folder is refused, and the first goes on',
  async (t) => {
    await using folder = await temporaryFolder();
    const { node } = await startNode(t, folder.path);
    const { status, stderr } = await vstar(['node', '--data', folder.path]);
    t.is(status, 1);
    t.regex(stderr, new RegExp(`is in use by process ${node.child.pid}.*\\[folder-in-use\\]`));
    t.is((await vstar(['nodes', '--data', folder.path])).status, 0);
    node.child.kill('SIGTERM');
    await node.ended;
  },
);

test.serial('a port in use is named, for nodes and for the control API', async (t) => {
  await using folder = await temporaryFolder();
  const { node, addresses, url } = await startNode(t, join(folder.path, 'a'), '--http-port', '0');
  const data = join(folder.path, 'b');
  const port = /tcp\/(\d+)/.exec(addresses[0])?.[1];
  const peers = await vstar(['node', '--data', data, '--listen', `/ip4/127.0.0.1/tcp/${port}`]);
  t.is(peers.status, 1);
  t.regex(
    peers.stderr,
    new RegExp(
      `^vstar: cannot listen at /ip4/127.0.0.1/tcp/${port}: .*in use.*choose.*\\[listen-failed\\]\n$`,
    ),
  );

  const httpPort = new URL(url!).port;
  const control = await vstar(['node', '--data', data, '--http-port', httpPort]);
  t.is(control.status, 1);
  t.regex(control.stderr, new RegExp(`${httpPort}.*in use.*choose another.*\\[port-in-use\\]`));
  node.child.kill('SIGTERM');
  await node.ended;
});

test.serial('a data folder that is a file is refused, and the file is left as it is', async (t) => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, 'mine');
  const { status, stderr } = await vstar(['node', '--data', file]);
  t.is(status, 5);
  t.regex(
    stderr,
    /cannot be a data folder: it is a file; name another one by --data \[data-folder-unusable\]/,
  );
  t.is(await readFile(file, 'utf8'), 'mine');
});

test.serial('a data folder where the system lets nobody make any is refused', async (t) => {
  const { status, stderr } = await vstar(['node', '--data', '/proc/vstar/data']);
  t.is(status, 5);
  t.regex(stderr, /folders cannot be made there; .*\[data-folder-unusable\]/);
});

test.serial('an address that is none is refused', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stderr } = await vstar([
    'node',
    '--data',
    folder.path,
    '--bootstrap',
    'somewhere',
  ]);
  t.is(status, 1);
  t.regex(stderr, /"somewhere": give HOST:PORT, or a multiaddr such as .*\[bad-setting\]/);
});

test.serial('a manager of an unknown name is refused with the known ones', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stderr } = await vstar([
    'node',
    '--data',
    folder.path,
    '--manager',
    'idle=x.wasm',
  ]);
  t.is(status, 2);
  t.regex(
    stderr,
    /"idle=x\.wasm"; give NAME=FILE.*resource, storage, task, security, distribution \[usage\]/,
  );
});
