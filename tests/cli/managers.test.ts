// Managers of three real nodes, swapped by the real command line.
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { managerImage } from '#tests/support/manager-image.ts';
import { sharedCluster } from './shared-cluster.ts';
import { eventually, temporaryFolder } from './vstar-process.ts';

interface Listed {
  readonly manager: string;
  readonly nodeName: string;
  readonly builtIn: boolean;
  readonly version: string;
}

const cluster = sharedCluster(test);

async function list(): Promise<readonly Listed[]> {
  const { stdout } = await cluster().vstar(['managers', 'ls', '--json']);
  return JSON.parse(stdout) as Listed[];
}

/** The names of the nodes where an image decides. */
async function swapped(): Promise<string> {
  const found = (await list()).filter(({ builtIn }) => !builtIn);
  return found.map(({ manager, nodeName }) => `${manager} ${nodeName}`).join();
}

test.serial('the managers of all nodes are listed, built in at first', async (t) => {
  await eventually(async () => (await list()).length === 15);
  t.is(await swapped(), '');
  const { stdout } = await cluster().vstar(['managers']);
  t.regex(stdout, /^MANAGER +NODE +DECIDES +STATE +SINCE$/m);
  t.regex(stdout, /^task +node-2 +built in +running +\d/m);
});

test.serial('one is swapped on all nodes, and reset on one and then on all', async (t) => {
  t.timeout(120_000);
  await using folder = await temporaryFolder();
  const image = join(folder.path, 'last.wasm');
  await writeFile(image, await managerImage('tests/fixtures/managers/last.ts', 'task'));
  const set = await cluster().vstar(['managers', 'set', 'task', image]);
  t.is(set.status, 0, set.stderr);
  t.regex(set.stdout, /^task: sha256-[0-9a-f]{12} decides now at node-1, node-2, node-3\n$/);
  await eventually(async () => (await swapped()) === 'task node-1,task node-2,task node-3');
  // It decides: nothing is said of it but that it runs.
  t.is((await cluster().vstar(['run', '--node', 'node-2', 'hello'])).status, 0);
  const { stdout } = await cluster().vstar(['managers', 'ls']);
  t.regex(stdout, /^task +node-2 +sha256-[0-9a-f]{12} +running /m);

  const one = ['managers', 'reset', 'task', '--node', 'node-2', '--json'];
  t.like(JSON.parse((await cluster().vstar(one)).stdout), [{ nodeName: 'node-2', builtIn: true }]);
  await eventually(async () => (await swapped()) === 'task node-1,task node-3');
  const reset = await cluster().vstar(['managers', 'reset', 'task']);
  t.is(reset.stdout, 'task: the built-in strategy decides again at node-1, node-2, node-3\n');
  await eventually(async () => (await swapped()) === '');
});

test.serial('what cannot decide is refused before any node has it', async (t) => {
  const cases = [
    [
      ['set', 'task', 'hello'],
      5,
      /task at node-1: refused: .*it does not export posiv:managers\/task/,
    ],
    [['set', 'task', './none.wasm'], 3, /\[file-missing\]/],
    [['set', 'task', 'vstore:/none'], 5, /\/none cannot be read: not-found.*\[refused\]/],
    [['set', 'tasks', 'hello'], 2, /'tasks' is invalid.*resource, storage, task/],
    [['set', 'task'], 2, /missing required argument 'image'/],
    [['reset', 'task', '--node', 'nobody'], 5, /there is no node nobody.*\[refused\]/],
  ] as const;
  for (const [words, status, text] of cases) {
    const ended = await cluster().vstar(['managers', ...words]);
    t.is(ended.status, status, ended.stderr);
    t.regex(ended.stderr, text);
  }
  t.is(await swapped(), '');
});

test.serial('nodes that cannot be told are named', async (t) => {
  t.timeout(120_000);
  process.kill(cluster().nodes[2]!.pid, 'SIGKILL');
  await eventually(async () => {
    const { stdout } = await cluster().vstar(['nodes', '--json']);
    const nodes = JSON.parse(stdout) as { name: string; connected: boolean }[];
    return !nodes.find(({ name }) => name === 'node-3')!.connected;
  });
  const { status, stderr } = await cluster().vstar(['managers', 'reset', 'task']);
  t.is(status, 7);
  t.regex(stderr, /task is as it was at node-3, and swapped at the others.*\[managers-failed\]/);
});
