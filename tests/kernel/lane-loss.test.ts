import test from 'ava';
import { birthNode } from '#kernel/vtid.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const EMPTY = new Uint8Array();

/** Answers 'echo', and 'never' not at all; told 'go' it says so to whom it was told to, who has no room. */
const service: Program = {
  async run({ ipc }) {
    await ipc.registerRpc('echo');
    await ipc.registerRpc('never');
    await ipc.registerMsg('go');
    return ok(0);
  },
  handlers: () => ({
    onRpc: ({ identity, args }) =>
      identity === 'echo' ? { tag: 'reply', val: args } : { tag: 'later' },
  }),
};

const options = (node: string) => ({
  ...DEFAULT_OPTIONS,
  node,
  quota: { ...DEFAULT_QUOTA, mailboxBytes: 1024 },
});

async function start(posiv: Posiv, node: string): Promise<string> {
  const vtid = good(await posiv.vtask.new(undefined, '/service', [], options(node)));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

for (const [where, nodes] of [
  ['on one node', 1],
  ['across two nodes', 2],
] as const) {
  test(`${where}: who waits for a vTask hears when it ends with its lane, and who watches it hears why`, async (t) => {
    const cluster = new KernelCluster(nodes, { '/service': service }, 1);
    const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
    const vtid = await start(posiv, String(nodes - 1));
    good(await posiv.ipc.rpc(vtid, 'echo', 1_000, EMPTY));
    const watch = good(await posiv.monitor.onDie(vtid));
    const waiting = posiv.ipc.rpc(vtid, 'never', 60_000, EMPTY);
    cluster.loseLane.at(-1)!();
    const ended = await waiting;
    t.is(!ended.ok && ended.error.tag, 'task-died');
    const why = { tag: 'lane-lost', val: 'on purpose' } as const;
    t.deepEqual(good(await posiv.ipc.receive(1_000)), {
      tag: 'notice',
      val: { watch, vtid, change: { tag: 'died', val: why } },
    });
    const again = await start(posiv, String(nodes - 1));
    good(await posiv.ipc.rpc(again, 'echo', 1_000, EMPTY));
  });
}

test('who waits on a node that is suspected, and for which as much is queued as may be, hears of a lost lane', async (t) => {
  const cluster = new KernelCluster(2, { '/service': service }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  const vtid = await start(posiv, '1');
  good(await posiv.ipc.rpc(vtid, 'echo', 1_000, EMPTY));
  const waiting = posiv.ipc.rpc(vtid, 'never', 60_000, EMPTY);
  cluster.stuck.add(cluster.first.self);
  cluster.loseLane.at(-1)!();
  const ended = await waiting;
  t.is(!ended.ok && ended.error.tag, 'task-died');
});

test('a kill of a vTask whose lane is lost meanwhile comes to its end', async (t) => {
  const cluster = new KernelCluster(1, { '/service': service }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  const vtid = await start(posiv, '0');
  await cluster.clock.advance(1);
  const waiting = posiv.ipc.rpc(vtid, 'never', 60_000, EMPTY);
  const vtask = cluster.first.table.get(vtid)!;
  const killed = cluster.first.end(vtask, { tag: 'killed' });
  cluster.loseLane.at(-1)!();
  await killed;
  const ended = await waiting;
  t.is(!ended.ok && ended.error.tag, 'task-died');
  t.deepEqual(vtask.reason, { tag: 'killed' });
});

test('a node that cannot start a cell says so, and where there is another its vTasks go there', async (t) => {
  const cluster = new KernelCluster(2, { '/service': service }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  const [first, second] = cluster.kernels.map(({ self }) => self);
  cluster.full.add(first!);
  const refused = await posiv.vtask.new(undefined, '/service', [], options('0'));
  const why = `node ${first} cannot start a cell for default`;
  t.deepEqual(!refused.ok && refused.error, { tag: 'refused', val: why });
  const made = await posiv.vtask.new(undefined, '/service', [], DEFAULT_OPTIONS);
  t.is(birthNode(good(made)), second);
  cluster.full.clear();
  good(await posiv.ipc.rpc(await start(posiv, '0'), 'echo', 1_000, EMPTY));
});
