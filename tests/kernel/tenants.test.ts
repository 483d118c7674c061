import test from 'ava';
import { passing } from '#kernel/ipc/passing.ts';
import { wholeNode } from '#kernel/tenants.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { bad, good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const NOBODY = 'no-such-task';
const EMPTY = new Uint8Array();

const echo: Program = {
  async run({ ipc, log }) {
    await ipc.registerRpc('echo');
    await ipc.registerMsg('go');
    await log.write('output', new TextEncoder().encode('a secret'));
    return ok(0);
  },
  handlers: () => ({ onRpc: ({ args }) => ({ tag: 'reply', val: args }) }),
};

/** Calls whoever it is told to call, and answers with what came of it: from within a lane, not from a session. */
const relay: Program = {
  async run({ ipc }) {
    await ipc.registerRpc('relay');
    return ok(0);
  },
  handlers: ({ ipc }) => ({
    async onRpc({ args }) {
      const target = new TextDecoder().decode(args);
      const called = await ipc.rpc(target, 'echo', 1_000, EMPTY);
      const sent = await ipc.msg(target, 'go', EMPTY, 1_000);
      const ends = [called, sent].map((each) => (each.ok ? 'ok' : each.error.tag));
      return { tag: 'reply', val: new TextEncoder().encode(ends.join()) };
    },
  }),
};

function options(node: string) {
  return {
    ...DEFAULT_OPTIONS,
    node,
    quota: { ...DEFAULT_QUOTA, mailboxBytes: 1024 },
  };
}

function setUp(nodes: number): { cluster: KernelCluster; alice: Posiv; bob: Posiv; there: string } {
  const cluster = new KernelCluster(nodes, { '/echo': echo, '/relay': relay });
  const [alice, bob] = ['alice', 'bob'].map((tenant) =>
    posivOf(cluster.first.sessions.open(tenant, ['posiv:kernel']).host),
  );
  return { cluster, alice: alice!, bob: bob!, there: String(nodes - 1) };
}

async function start(posiv: Posiv, image: string, node: string, name?: string): Promise<string> {
  const vtid = good(await posiv.vtask.new(name, image, [], options(node)));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

for (const [where, nodes] of [
  ['on one node', 1],
  ['across two nodes', 2],
] as const) {
  test(`${where}: a vTask has the tenant of its creator`, async (t) => {
    const { alice, there } = setUp(nodes);
    const vtid = await start(alice, '/echo', there);
    t.is(good(await alice.vtask.info(vtid)).tenant, 'alice');
    t.true((await alice.ipc.rpc(vtid, 'echo', 1_000, EMPTY)).ok);
  });

  test(`${where}: calls of another tenant answer no-such-task, whatever they are`, async (t) => {
    const { alice, bob, there } = setUp(nodes);
    const vtid = await start(alice, '/echo', there, 'hers');
    good(await alice.ipc.rpc(vtid, 'echo', 1_000, EMPTY));
    t.is(bad(await bob.ipc.rpc(vtid, 'echo', 1_000, EMPTY)), NOBODY);
    t.is(bad(await bob.ipc.msg(vtid, 'go', EMPTY, 1_000)), NOBODY);
    t.is(bad(await bob.vtask.info(vtid)), NOBODY);
    t.is(bad(await bob.vtask.sched(vtid)), NOBODY);
    t.is(bad(await bob.vtask.kill(vtid)), NOBODY);
    t.is(bad(await bob.vtask.find('hers')), NOBODY);
    t.is(bad(await bob.monitor.onStart(vtid)), NOBODY);
    t.is(bad(await bob.monitor.onExit(vtid)), NOBODY);
    t.is(bad(await bob.monitor.onDie(vtid)), NOBODY);
    t.is(bad(await bob.log.read(vtid, 0, 0)), NOBODY);
    t.deepEqual(good(await bob.vtask.list(there)), []);
    t.is(good(await alice.vtask.info(vtid)).state, 'running');
    t.is(good(await alice.vtask.list(there)).length, 1);
  });

  test(`${where}: a vTask in a lane reaches no vTask of another tenant`, async (t) => {
    const { alice, bob, there } = setUp(nodes);
    const hers = new TextEncoder().encode(await start(alice, '/echo', there));
    const his = await start(bob, '/relay', '0');
    const answer = good(await bob.ipc.rpc(his, 'relay', 5_000, hers));
    t.is(new TextDecoder().decode(answer), `${NOBODY},${NOBODY}`);
    const own = await start(alice, '/relay', '0');
    t.is(new TextDecoder().decode(good(await alice.ipc.rpc(own, 'relay', 5_000, hers))), 'ok,ok');
  });

  test(`${where}: two tenants may bear the same name, and each finds its own`, async (t) => {
    const { alice, bob, there } = setUp(nodes);
    const hers = await start(alice, '/echo', there, 'one');
    const his = await start(bob, '/echo', there, 'one');
    t.is(good(await alice.vtask.find('one')), hers);
    t.is(good(await bob.vtask.find('one')), his);
  });
}

test('sessions of two tenants do not reach each other', async (t) => {
  const { alice, bob } = setUp(1);
  t.is(bad(await bob.ipc.msg(alice.self, 'go', EMPTY, 1_000)), NOBODY);
  t.is(bad(await bob.vtask.kill(alice.self)), NOBODY);
});

test('a tenant has at most as many vTasks on a node as its quota says, and others are not held back', async (t) => {
  const { cluster, alice, bob } = setUp(1);
  cluster.quotas.set('alice', { ...wholeNode(1 << 30), vtasks: 2 });
  const first = await start(alice, '/echo', '0');
  await start(alice, '/echo', '0');
  const third = await alice.vtask.new(undefined, '/echo', [], options('0'));
  t.false(third.ok);
  t.deepEqual(!third.ok && third.error, {
    tag: 'quota-exceeded',
    val: 'tenant-vtasks: alice has 2 of 2',
  });
  await start(bob, '/echo', '0');
  good(await alice.vtask.kill(first));
  await start(alice, '/echo', '0');
});

test('a tenant whose vTasks hold all the memory of its quota gets no more of them', async (t) => {
  const { cluster, alice, bob } = setUp(1);
  await start(alice, '/echo', '0');
  await cluster.clock.advance(1_000);
  cluster.quotas.set('alice', { ...wholeNode(1 << 30), memoryBytes: 65_536 });
  const more = await alice.vtask.new(undefined, '/echo', [], options('0'));
  t.regex(
    !more.ok && 'val' in more.error ? more.error.val : '',
    /^tenant-memory: .* 65536 of 65536/,
  );
  await start(bob, '/echo', '0');
});

test('what a lane says of vTasks that are not on it, or of their memory, has no effect', async (t) => {
  const { cluster, alice, bob } = setUp(1);
  const kernel = cluster.first;
  const hers = await start(alice, '/echo', '0');
  const his = await start(bob, '/echo', '0');
  const lane = kernel.table.get(his)!.lane;
  t.not(lane, kernel.table.get(hers)!.lane);
  const says = (frame: Frame): void => kernel.laneFrames.receive(lane, passing(frame));
  says({ tag: 'change', val: { vtid: hers, state: 'died', reason: { tag: 'killed' } } });
  says({ tag: 'usage', val: { vtid: hers, memory: 5, mailbox: 5, cpuUs: 0, refusals: [] } });
  says({ tag: 'log', val: { vtid: hers, channel: 'output', text: new Uint8Array(9) } });
  const call = { id: 1, caller: hers, function: 'posiv:kernel/vtask@0.1.0#kill', params: EMPTY };
  says({ tag: 'call', val: call });
  says({
    tag: 'message',
    val: { sender: hers, target: hers, id: 1, identity: 'go', body: EMPTY, remainingMs: 9 },
  });
  await cluster.clock.advance(1);
  const { state, memoryBytes } = good(await alice.vtask.info(hers));
  t.is(state, 'running');
  t.not(memoryBytes, 5);
  says({
    tag: 'usage',
    val: { vtid: his, memory: 2 ** 50, mailbox: 2 ** 31, cpuUs: 0, refusals: [] },
  });
  t.is(kernel.table.get(his)!.memoryBytes, 4096 * 65_536);
  t.is(kernel.table.get(his)!.mailboxBytes, 1024);
});

test('a call that a vTask was not granted is not carried out, whatever its lane asks for', async (t) => {
  const { cluster, bob } = setUp(1);
  const kernel = cluster.first;
  let called = false;
  kernel.dispatcher.provide('posiv:vstore/files@0.1.0', () => {
    called = true;
    return {};
  });
  const his = await start(bob, '/echo', '0');
  const { lane } = kernel.table.get(his)!;
  const name = 'posiv:vstore/files@0.1.0#stat';
  kernel.laneFrames.receive(lane, {
    tag: 'call',
    val: { id: 7, caller: his, function: name, params: Uint8Array.of(1, 47) },
  });
  await cluster.clock.advance(1);
  t.false(called);
});

test('a lane that says what no lane says is told apart: its frame throws', async (t) => {
  const { cluster, bob } = setUp(1);
  const kernel = cluster.first;
  const his = await start(bob, '/echo', '0');
  await cluster.clock.advance(1);
  const { lane } = kernel.table.get(his)!;
  const code = (frame: Frame): unknown => {
    const error = t.throws(() => kernel.laneFrames.receive(lane, passing(frame)));
    return (error as Error & { code?: unknown }).code;
  };
  t.is(code({ tag: 'end', val: { vtid: his, reason: { tag: 'killed' } } }), 'cell-violation');
  t.is(
    code({ tag: 'change', val: { vtid: his, state: 'created', reason: undefined } }),
    'illegal-transition',
  );
  const reason = { tag: 'failed', val: 'x'.repeat(5_000) } as const;
  t.is(code({ tag: 'change', val: { vtid: his, state: 'died', reason } }), 'cell-violation');
  const text = new Uint8Array(64 << 10);
  const log = { tag: 'log', val: { vtid: his, channel: 'output', text } } as const;
  // A reader follows, and has not read: no credit is given.
  const reading = kernel.logs.read(his, 0, 0);
  for (let n = 0; n < 16; n += 1) {
    try {
      kernel.laneFrames.receive(lane, log);
    } catch (error) {
      t.is((error as { code?: unknown }).code, 'cell-violation');
      t.true(n >= 4, 'not before its window is full');
      await reading;
      return;
    }
  }
  t.fail('it was never stopped');
});
