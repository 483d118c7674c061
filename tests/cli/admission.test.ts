import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startVstar, temporaryFolder, vstar, type Vstar } from './vstar-process.ts';

interface Running {
  readonly node: Vstar;
  readonly id: string;
  readonly address: string;
}

/** Starts a node, which ends with its test at the latest. */
async function start(t: ExecutionContext, words: readonly string[], input?: string) {
  const args = [...words, '--json', '--warm-cells', '0'];
  const node = startVstar(args, input === undefined ? {} : { input });
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  const said = JSON.parse(await node.said(/^\}$/m)) as { id: string; addresses: [string] };
  return { node, id: said.id, address: said.addresses[0] } satisfies Running;
}

async function out(t: ExecutionContext, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await vstar(args);
  t.is(status, 0, stderr);
  return stdout.trim();
}

test.serial(
  'a cluster is made, a node joins by a ticket from standard input, is revoked, ends, and stays out',
  async (t) => {
    t.timeout(180_000);
    await using folder = await temporaryFolder();
    const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
    const made = JSON.parse(await out(t, 'cluster', 'init', '--data', one, '--json')) as {
      cluster: string;
      node: string;
      rootKey: string;
    };
    t.is((await stat(made.rootKey)).mode & 0o777, 0o600);
    t.regex(await readFile(made.rootKey, 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
    const twice = await vstar(['cluster', 'init', '--data', one]);
    t.is(twice.status, 5);
    t.regex(twice.stderr, /needs a new data folder \[cluster-exists\]/);

    const first = await start(t, ['node', '--data', one, '--name', 'one']);
    t.is(first.id, made.node);
    const ticket = await out(t, 'ticket', 'create', '--data', one, '--ttl', '10m');
    t.regex(ticket, /^vstar-ticket-[A-Za-z0-9_-]+$/);
    const joining = ['join', first.address, '--data', two, '--name', 'two', '--ticket', '-'];
    const second = await start(t, joining, `${ticket}\n`);
    const shown = JSON.parse(await out(t, 'cluster', 'show', '--data', two, '--json')) as object;
    t.like(shown, { id: made.cluster, node: second.id, admits: false, hasRootKey: false });
    t.regex(await out(t, 'ticket', 'ls', '--data', one), /^[0-9a-f]{16} +9 min .* 1 of 1 +no$/m);

    const used = ['join', first.address, '--data', join(folder.path, 'three'), '--ticket', ticket];
    const late = await vstar(used);
    t.is(late.status, 5);
    t.regex(late.stderr, /as many have joined by it: make another one \[ticket-used-up\]/);

    t.is(await out(t, 'cluster', 'revoke', 'two', '--data', one), second.id);
    const ended = await second.node.ended;
    t.is(ended.status, 5);
    t.regex(ended.stderr, /taken out of the cluster for good.*\[revoked\]/);
    const again = await vstar(['node', '--data', two, '--bootstrap', first.address]);
    t.is(again.status, 5);
    t.regex(again.stderr, /\[revoked\]/);
    t.like(JSON.parse(await out(t, 'cluster', 'show', '--data', one, '--json')) as object, {
      revokedNodes: [second.id],
    });
    const nodes = JSON.parse(await out(t, 'nodes', '--data', one, '--json')) as {
      id: string;
      standing: string;
    }[];
    t.is(nodes.find(({ id }) => id === second.id)?.standing, 'revoked');
    // What is done at all nodes is not done there, and nobody is told that it cannot be.
    t.regex(await out(t, 'managers', 'reset', 'task', '--data', one), /at one$/);
    const listed = await vstar(['ps', '--data', one]);
    t.deepEqual([listed.status, listed.stderr], [0, '']);
  },
);

test.serial(
  'a node joins by a certificate that the root key made while no other ran',
  async (t) => {
    t.timeout(120_000);
    await using folder = await temporaryFolder();
    const [one, two, key] = ['one', 'two', 'key'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await out(t, 'cluster', 'init', '--data', one, '--root-key', key);
    t.is((await stat(key)).mode & 0o777, 0o600);
    await t.throwsAsync(stat(join(one, 'root.key')), { code: 'ENOENT' });
    const peerId = await out(t, 'cluster', 'identity', '--data', two);
    t.regex(peerId, /^12D3KooW/);
    const certificate = await out(t, 'cluster', 'admit', peerId, '--root-key', key, '--admits');
    const first = await start(t, ['node', '--data', one]);
    await start(t, ['join', first.address, '--data', two, '--ticket', certificate]);
    t.like(JSON.parse(await out(t, 'cluster', 'show', '--data', two, '--json')) as object, {
      peerId,
      admits: true,
      hasRootKey: false,
    });
    const elsewhere = join(folder.path, 'three');
    const other = await vstar([
      'join',
      first.address,
      '--data',
      elsewhere,
      '--ticket',
      certificate,
    ]);
    t.is(other.status, 5);
    t.regex(other.stderr, /a certificate that is not for this node.*\[bad-ticket\]/);
  },
);

test.serial('who joins without a ticket, or with what is none, is told what to do', async (t) => {
  await using folder = await temporaryFolder();
  const address = '/ip4/127.0.0.1/tcp/1';
  const none = await vstar(['node', '--data', folder.path, '--bootstrap', address]);
  t.is(none.status, 2);
  t.regex(none.stderr, /make one with `vstar ticket create`.*\[admission-missing\]/);
  const wrong = await vstar(['join', address, '--data', folder.path, '--ticket', 'hello']);
  t.is(wrong.status, 5);
  t.regex(wrong.stderr, /copy it whole.*\[bad-ticket\]/);
  const admit = await vstar(['cluster', 'admit', 'hello', '--data', folder.path]);
  t.is(admit.status, 2);
  t.regex(admit.stderr, /"hello" is no PeerID.*\[bad-request\]/);
  const ttl = await vstar(['ticket', 'create', '--ttl', '40d']);
  t.is(ttl.status, 2);
  t.regex(ttl.stderr, /--ttl is "40d"; give 30s, 10m, 1h or 7d, from 1s to 30d \[usage\]/);
});

test.serial(
  'a data folder of a later version is refused, and nothing in it is touched',
  async (t) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'format.json');
    await writeFile(file, '{"format": 3}\n');
    const { status, stderr } = await vstar(['node', '--data', folder.path]);
    t.is(status, 1);
    t.regex(stderr, /has format 3, this version understands up to 2: .*\[data-folder\]/);
    t.is(await readFile(file, 'utf8'), '{"format": 3}\n');
    await t.throwsAsync(stat(join(folder.path, 'identity.key')), { code: 'ENOENT' });
  },
);
