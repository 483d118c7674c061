import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cacheDir } from '#cli/folders.ts';
import { buildWasiCommand } from '#wasm-abi/build/c.ts';
import { adapted } from '../wasm-abi/wasi/guests.ts';
import { sharedCluster } from './shared-cluster.ts';
import { eventually, vstar as vstarAlone } from './vstar-process.ts';

interface Listed {
  readonly vtid: string;
  readonly name: string | null;
  readonly node: string;
  readonly nodeName: string;
  readonly state: string;
}

const cluster = sharedCluster(test);
let folder: string;

/** The path of a command built from guests/NAME.c. */
async function guest(name: string): Promise<string> {
  const sources = [join(import.meta.dirname, 'guests', `${name}.c`)];
  const path = join(folder, `${name}.wasm`);
  await writeFile(path, await buildWasiCommand({ sources }, { cacheDir: cacheDir() }));
  return path;
}

/** The path of the same as a component of WASI 0.2. */
async function wasi2Command(name: string): Promise<string> {
  const core = await readFile(await guest(name));
  const path = join(folder, `${name}-0.2.wasm`);
  await writeFile(path, await adapted(core));
  return path;
}

async function listed(...args: readonly string[]): Promise<readonly Listed[]> {
  return JSON.parse((await cluster().vstar(['ps', '--json', ...args])).stdout) as Listed[];
}

test.before('a folder for images', async (t) => {
  t.timeout(120_000); // the first compilation
  folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  await guest('status');
});
test.after.always('the folder goes', () => rm(folder, { recursive: true, force: true }));

test.serial(
  'a WASI command gets arguments and environment; its output and status are passed on',
  async (t) => {
    const args = ['run', '--env', 'GREETING=hello', await guest('status'), '7', '--name', 'x'];
    const { status, stdout, stderr } = await cluster().vstar(args);
    t.is(status, 7);
    t.is(stdout, '7\n--name\nx\n');
    t.is(stderr, 'greeting: hello\n');
  },
);

test.serial('a WASI 0.2 command is run as one of preview 1 is', async (t) => {
  const { vstar } = cluster();
  const image = await wasi2Command('status');
  const options = ['--env', 'GREETING=hello'];
  const good = await vstar(['run', ...options, image, '0', '--name', 'x']);
  t.is(good.status, 0);
  t.is(good.stdout, '0\n--name\nx\n');
  t.is(good.stderr, 'greeting: hello\n');
  const bad = await vstar(['run', image, '7']);
  t.is(bad.status, 1, 'wasi:cli/exit knows success and failure');
  t.is(bad.stderr, 'greeting: none\n');
});

test.serial('a WASI 0.2 command may write more than a reader takes at once', async (t) => {
  const args = ['run', await wasi2Command('flood'), '1024'];
  const { status, out, stderr } = await cluster().vstar(args);
  t.is(stderr, '');
  t.is(status, 0);
  t.is(out.length, 1024 * 1024);
});

test.serial('a WASI 0.2 command that sleeps can be killed', async (t) => {
  const { vstar, startVstar } = cluster();
  const run = startVstar(['run', await wasi2Command('sleeps')]);
  await run.said('asleep\n');
  const [{ vtid } = { vtid: '' }] = await listed();
  t.is((await vstar(['kill', vtid])).status, 0);
  t.is((await run.ended).status, 137);
});

test.serial('a component runs on the node that was asked for', async (t) => {
  const { nodes, vstar } = cluster();
  for (const by of ['name', 'id'] as const) {
    const { status, stdout } = await vstar(['run', '--node', nodes[1]![by], 'hello', 'Ada']);
    t.is(status, 0);
    const [greeting, from] = stdout.trim().split('\n');
    t.is(greeting, 'hello, Ada');
    const vtid = from?.replace('from ', '');
    t.is((await listed('--all')).find((each) => each.vtid === vtid)?.nodeName, 'node-2');
  }
});

test.serial('an image that is in vStore already is run from there', async (t) => {
  const { vstar } = cluster();
  await vstar(['put', await guest('status'), '/tools/status']);
  const { status, stdout } = await vstar(['run', 'vstore:/tools/status', '0']);
  t.is(status, 0);
  t.is(stdout, '0\n');
});

test.serial('output far beyond what is kept of a log arrives whole', async (t) => {
  const { status, out, stderr } = await cluster().vstar(['run', await guest('flood'), '4096']);
  t.is(stderr, '');
  t.is(status, 0);
  t.is(out.length, 4096 * 1024);
});

test.serial('a vTask that traps is told with its reason, and 126', async (t) => {
  const { status, stderr } = await cluster().vstar(['run', await guest('trap')]);
  t.is(status, 126);
  t.regex(stderr, /trap\.wasm trapped: .*unreachable.*\[task-died\]/);
});

test.serial('a detached vTask is listed by its name on all nodes, and killed by it', async (t) => {
  const { vstar } = cluster();
  const { status, stdout } = await vstar([
    'run',
    '--detach',
    '--name',
    'answers',
    '--node',
    'node-3',
    'pong',
  ]);
  t.is(status, 0);
  const vtid = stdout.trim();
  await eventually(async () => (await listed()).some(({ state }) => state === 'running'));
  const found = (await listed()).filter(({ name }) => name === 'answers');
  t.like(found, [{ vtid, nodeName: 'node-3', state: 'running', tenant: 'default' }]);
  t.regex(
    (await vstar(['ps'])).stdout,
    new RegExp(`^${vtid} +answers +/images/sha256-\\w+… +node-3 +running`, 'm'),
  );

  const taken = await vstar(['run', '--name', 'answers', 'hello']);
  t.is(taken.status, 125);
  t.regex(taken.stderr, /hello was not started: refused: .*answers.*\[refused\]/);

  t.is((await vstar(['kill', 'answers'])).status, 0);
  t.deepEqual(await listed(), []);
  t.is((await listed('--all')).find((each) => each.vtid === vtid)?.state, 'killed');
});

test.serial('run ends with 137 when its vTask is killed by its vtid', async (t) => {
  const { vstar, startVstar } = cluster();
  const run = startVstar(['run', 'pong']);
  await eventually(async () => (await listed()).length === 1);
  const [{ vtid } = { vtid: '' }] = await listed();
  t.is((await vstar(['kill', vtid])).status, 0);
  const { status, stderr } = await run.ended;
  t.is(status, 137);
  t.regex(stderr, /pong was killed \[task-died\]/);
  t.is((await vstar(['kill', vtid])).status, 0, 'killing it again succeeds');
});

test.serial('Ctrl-C ends the vTask too', async (t) => {
  const run = cluster().startVstar(['run', 'pong']);
  await eventually(async () => (await listed()).length === 1);
  run.child.kill('SIGINT');
  const { status, stderr } = await run.ended;
  t.is(status, 130);
  t.regex(stderr, /stopped by SIGINT/);
  await eventually(async () => (await listed()).length === 0);
});

test.serial('a run whose own process is killed ends its vTask', async (t) => {
  const run = cluster().startVstar(['run', 'pong']);
  await eventually(async () => (await listed()).length === 1);
  run.child.kill('SIGKILL');
  t.is((await run.ended).signal, 'SIGKILL');
  await eventually(async () => (await listed()).length === 0);
});

test.serial('a vtid or name that never existed is not found', async (t) => {
  const { vstar, nodes } = cluster();
  const unborn = nodes[1]!.id.slice(1) + 'a'.repeat(26);
  for (const command of ['kill', 'logs']) {
    for (const name of ['nobody', unborn]) {
      const { status, stderr } = await vstar([command, name]);
      t.is(status, 3);
      t.regex(stderr, new RegExp(`no vTask has the vtid or name "${name}".*\\[no-such-task\\]`));
    }
  }
});

test.serial('what a vTask has said is shown after its end, and as JSON', async (t) => {
  const { vstar } = cluster();
  const { stdout } = await vstar(['run', '--detach', await guest('status'), '3']);
  const vtid = stdout.trim();
  const { status, stdout: out, stderr } = await vstar(['logs', '--follow', vtid]);
  t.is(status, 0);
  t.is(out, '3\n');
  t.is(stderr, 'greeting: none\n');
  const lines = (await vstar(['logs', '--json', vtid])).stdout.trim().split('\n');
  t.like(
    lines.map((line) => JSON.parse(line)),
    [
      { number: 0, channel: 'output', text: '3\n' },
      { number: 1, channel: 'errors', text: 'greeting: none\n' },
    ],
  );
});

test.serial('what is not WebAssembly is refused, and nothing is stored', async (t) => {
  const { vstar } = cluster();
  const before = (await vstar(['ls', '--json'])).stdout;
  const file = join(folder, 'text.wasm');
  await writeFile(file, 'this is a text');
  for (const command of ['run', 'inspect']) {
    const { status, stderr } = await vstar([command, file]);
    t.is(status, command === 'run' ? 125 : 5);
    t.regex(
      stderr,
      /vstar: .*: not WebAssembly: .*give a component, a core module or a WASI command \[not-wasm\]/,
    );
  }
  t.is((await vstar(['ls', '--json'])).stdout, before);
});

test.serial(
  'imports that were not granted are listed before it starts, and can be granted',
  async (t) => {
    const { vstar } = cluster();
    const denied = await vstar(['run', 'mapreduce-master', '{}']);
    t.is(denied.status, 125);
    t.regex(
      denied.stderr,
      /imports what it is not granted: .*posiv:vstore\/files@0\.1\.0.*\[refused\]/,
    );
    t.notRegex(denied.stderr, /posiv:kernel\/ipc/);
    const grants = ['--grant', 'posiv:vstore', '--grant', 'posiv:cluster'];
    const granted = await vstar(['run', ...grants, 'mapreduce-master', '{}']);
    t.is(granted.status, 126, 'it starts, and then misses its inputs');
  },
);

test.serial('imports that nobody exports are listed, whatever is granted', async (t) => {
  const args = ['run', '--grant', 'nobody:knows', await guest('stranger')];
  const { status, stderr } = await cluster().vstar(args);
  t.is(status, 125);
  t.regex(stderr, /nobody:knows/);
});

test.serial('a name that is no image is refused with those that are', async (t) => {
  const { status, stderr } = await cluster().vstar(['run', 'helo']);
  t.is(status, 125);
  t.regex(stderr, /helo is no image: .*hello, ping, pong.*\[no-such-image\]/);
});

test.serial('a node that does not exist is refused', async (t) => {
  const { status, stderr } = await cluster().vstar(['run', '--node', 'node-9', 'hello']);
  t.is(status, 125);
  t.regex(stderr, /there is no node node-9 \[refused\]/);
});

test.serial('a limit on memory below what the image needs is refused with both', async (t) => {
  const { status, stderr } = await cluster().vstar(['run', '--memory', '64K', 'hello']);
  t.not(status, 0);
  t.regex(stderr, /memory/);
});

test('inspect needs no node', async (t) => {
  const { status, stdout } = await vstarAlone(['inspect', '--json', await guest('status')]);
  t.is(status, 0);
  t.like(JSON.parse(stdout), {
    kind: 'wasi-command',
    imports: ['wasi_snapshot_preview1'],
    coreModules: 1,
    runs: 'WASI preview 1 command',
    neededGrants: [],
    notOffered: [],
  });
});

test('inspect says how an image is run, and what it has to be granted or will never get', async (t) => {
  const command = await vstarAlone(['inspect', await wasi2Command('status')]);
  t.regex(command.stdout, /^runs +as a WASI 0\.2 command$/m);
  t.regex(command.stdout, /^imports +wasi:cli\/environment@0\.2\.12$/m);
  const master = await vstarAlone(['inspect', 'mapreduce-master']);
  t.regex(master.stdout, /^runs +as a program of POSIV$/m);
  t.regex(
    master.stdout,
    /^grants +posiv:cluster\/nodes@0\.1\.0\n +posiv:cluster\/services@0\.1\.0\n +posiv:vstore\/files@0\.1\.0\n +posiv:vstore\/blobs@0\.1\.0$/m,
  );
  const stranger = await vstarAlone(['inspect', await guest('stranger')]);
  t.regex(stranger.stdout, /^runs +never: nobody offers nobody:knows/m);
});
