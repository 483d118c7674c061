import test from 'ava';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { bad, good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** Answers 'echo' with what it got, 'fail' with an error, 'later' once a message 'go' has come, 'never' not at all. */
const echo: Program = {
  async run({ ipc }) {
    for (const identity of ['echo', 'fail', 'later', 'never', 'die'])
      await ipc.registerRpc(identity);
    await ipc.registerMsg('go');
    return ok(0);
  },
  handlers({ ipc, vtask }) {
    const open: number[] = [];
    return {
      onRpc({ identity, args, token }) {
        if (identity === 'echo') return { tag: 'reply', val: args };
        if (identity === 'fail') return { tag: 'failed', val: 'on purpose' };
        if (identity === 'die') throw new Error('unreachable executed');
        if (identity === 'later') open.push(token);
        return { tag: 'later' };
      },
      onMsg({ body }) {
        if (text(body) === 'exit') vtask.exit(7);
        for (const token of open.splice(0)) void ipc.reply(token, ok(body));
      },
    };
  },
};

const waits: Program = {
  async run({ ipc }) {
    await ipc.receive(0xffff_ffff);
    return ok(0);
  },
};

/** Calls whoever it is told to call, and answers with what came of it. */
const relay: Program = {
  async run({ ipc }) {
    await ipc.registerRpc('relay');
    return ok(0);
  },
  handlers: ({ ipc }) => ({
    async onRpc({ args }) {
      const outcome = await ipc.rpc(text(args), 'relay', 1_000, args);
      return { tag: 'reply', val: bytes(outcome.ok ? 'ok' : outcome.error.tag) };
    },
  }),
};

const PROGRAMS = {
  '/echo': echo,
  '/waits': waits,
  '/relay': relay,
  '/exits': { run: async (_: Posiv, cmd: readonly string[]) => ok(Number(cmd[0] ?? 0)) },
  '/fails': { run: async () => ({ ok: false as const, error: 'no luck' }) },
  '/needs': { ...waits, imports: ['posiv:vstore/files'] },
};

function setUp(nodes: number): { cluster: KernelCluster; posiv: Posiv; there: string } {
  const cluster = new KernelCluster(nodes, PROGRAMS);
  const { host } = cluster.first.sessions.open('default', ['posiv:kernel', 'posiv:vstore']);
  const session = posivOf(host);
  const { vtaskCalls } = { vtaskCalls: session.vtask };
  return { cluster, posiv: { ...session, vtask: vtaskCalls }, there: String(nodes - 1) };
}

async function start(
  posiv: Posiv,
  image: string,
  node: string,
  cmd: string[] = [],
): Promise<string> {
  const made = good(await posiv.vtask.new(undefined, image, cmd, options(node)));
  good(await posiv.vtask.sched(made));
  return made;
}

function options(node: string) {
  return {
    ...DEFAULT_OPTIONS,
    node,
    quota: { ...DEFAULT_QUOTA, mailboxBytes: 1024 },
  };
}

for (const [where, nodes] of [
  ['on one node', 1],
  ['across two nodes', 2],
] as const) {
  test(`${where}: new makes a vTask without starting it, sched starts it once`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = good(await posiv.vtask.new('one', '/echo', [], options(there)));
    t.is(good(await posiv.vtask.info(vtid)).state, 'created');
    good(await posiv.vtask.sched(vtid));
    t.is(bad(await posiv.vtask.sched(vtid)), 'refused');
    t.deepEqual(good(await posiv.ipc.rpc(vtid, 'echo', 1_000, bytes('hi'))), bytes('hi'));
    t.is(good(await posiv.vtask.info(vtid)).state, 'running');
    t.is(good(await posiv.vtask.find('one')), vtid);
  });

  test(`${where}: new refuses what it must and says why`, async (t) => {
    const { posiv, there } = setUp(nodes);
    good(await posiv.vtask.new('taken', '/echo', [], options(there)));
    t.is(bad(await posiv.vtask.new('taken', '/echo', [], options(there))), 'refused');
    t.is(bad(await posiv.vtask.new('a b', '/echo', [], options(there))), 'refused');
    t.is(bad(await posiv.vtask.new(undefined, '/nothing', [], options(there))), 'refused');
    const lacking = await posiv.vtask.new(undefined, '/needs', [], options(there));
    t.deepEqual(lacking, {
      ok: false,
      error: {
        tag: 'refused',
        val: '/needs imports what it is not granted: posiv:vstore/files; grant them or build it without',
      },
    });
    const beyond = { ...options(there), grants: ['posiv:cluster'] };
    t.is(bad(await posiv.vtask.new(undefined, '/echo', [], beyond)), 'refused');
    const large = { ...options(there), quota: { ...DEFAULT_QUOTA, memoryPages: 100_000 } };
    t.is(bad(await posiv.vtask.new(undefined, '/echo', [], large)), 'quota-exceeded');
    t.is(
      bad(await posiv.vtask.new(undefined, '/echo', ['x'.repeat(70_000)], undefined)),
      'refused',
    );
  });

  test(`${where}: a name is free again when its bearer has ended`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const first = good(await posiv.vtask.new('again', '/waits', [], options(there)));
    good(await posiv.vtask.kill(first));
    const second = good(await posiv.vtask.new('again', '/waits', [], options(there)));
    t.not(first, second);
    t.is(good(await posiv.vtask.find('again')), second);
  });

  test(`${where}: kill ends a vTask, and again does no harm`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = await start(posiv, '/waits', there);
    good(await posiv.vtask.kill(vtid));
    const info = good(await posiv.vtask.info(vtid));
    t.is(info.state, 'killed');
    t.deepEqual(info.reason, { tag: 'killed' });
    good(await posiv.vtask.kill(vtid));
    t.is(bad(await posiv.vtask.sched(vtid)), 'task-died');
  });

  test(`${where}: a vtid that never existed is no such task`, async (t) => {
    const { posiv, there, cluster } = setUp(nodes);
    const birth = cluster.kernels[Number(there)]!.self.slice(1);
    for (const vtid of [`${birth}${'q'.repeat(26)}`, 'nonsense', '']) {
      t.is(bad(await posiv.vtask.kill(vtid)), 'no-such-task');
      t.is(bad(await posiv.vtask.sched(vtid)), 'no-such-task');
      t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, bytes(''))), 'no-such-task');
      t.is(bad(await posiv.ipc.msg(vtid, 'go', bytes(''), 1_000)), 'no-such-task');
      t.is(bad(await posiv.monitor.onStart(vtid)), 'no-such-task');
      t.is(bad(await posiv.monitor.onExit(vtid)), 'no-such-task');
      t.is(bad(await posiv.monitor.onDie(vtid)), 'no-such-task');
    }
  });

  test(`${where}: rpc fails with the code of what went wrong`, async (t) => {
    const { posiv, there, cluster } = setUp(nodes);
    const vtid = await start(posiv, '/echo', there);
    const failed = await posiv.ipc.rpc(vtid, 'fail', 1_000, bytes(''));
    t.deepEqual(failed, { ok: false, error: { tag: 'handler-failed', val: 'on purpose' } });
    t.is(bad(await posiv.ipc.rpc(vtid, 'unknown', 1_000, bytes(''))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, '', 1_000, bytes(''))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, new Uint8Array(2 << 20))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, new Uint8Array(2_000))), 'quota-exceeded');
    const late = posiv.ipc.rpc(vtid, 'never', 50, bytes(''));
    await cluster.clock.advance(50);
    t.is(bad(await late), 'timeout');
    t.is(bad(await posiv.ipc.rpc(vtid, 'die', 1_000, bytes(''))), 'task-died');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, bytes(''))), 'task-died');
  });

  test(`${where}: a chain of calls that comes back would deadlock, and says so at once`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = await start(posiv, '/relay', there);
    t.is(text(good(await posiv.ipc.rpc(vtid, 'relay', 1_000, bytes(vtid)))), 'would-deadlock');
    t.is(bad(await posiv.ipc.rpc(posiv.self, 'x', 1_000, bytes(''))), 'would-deadlock');
    const back = await posiv.ipc.rpc(vtid, 'relay', 1_000, bytes(posiv.self));
    t.is(text(good(back)), 'would-deadlock');
  });

  test(`${where}: a handler may answer later`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = await start(posiv, '/echo', there);
    const answer = posiv.ipc.rpc(vtid, 'later', 1_000, bytes(''));
    good(await posiv.ipc.msg(vtid, 'go', bytes('now'), 1_000));
    t.is(text(good(await answer)), 'now');
    t.is(bad(await posiv.ipc.reply(99, ok(bytes('')))), 'refused');
  });

  test(`${where}: a full mailbox holds the sender back until its timeout, nothing is dropped`, async (t) => {
    const { posiv, there, cluster } = setUp(nodes);
    const vtid = good(await posiv.vtask.new(undefined, '/echo', [], options(there)));
    good(await posiv.ipc.msg(vtid, 'go', new Uint8Array(800), 1_000));
    const held = posiv.ipc.msg(vtid, 'go', new Uint8Array(800), 100);
    await cluster.clock.advance(100);
    t.is(bad(await held), 'mailbox-full');
    const patient = posiv.ipc.msg(vtid, 'go', new Uint8Array(800), 10_000);
    const behind = posiv.ipc.msg(vtid, 'go', new Uint8Array(10), 10_000);
    await cluster.clock.advance(10);
    good(await posiv.vtask.sched(vtid));
    good(await patient);
    good(await behind);
    t.is(bad(await posiv.ipc.msg(vtid, 'go', new Uint8Array(2_000), 10)), 'quota-exceeded');
    t.is(bad(await posiv.ipc.msg(vtid, 'other', bytes(''), 10)), 'refused');
  });

  test(`${where}: monitors tell of start, exit and death, once, and at once if it is over`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = good(await posiv.vtask.new(undefined, '/exits', ['3'], options(there)));
    const started = good(await posiv.monitor.onStart(vtid));
    const exited = good(await posiv.monitor.onExit(vtid));
    good(await posiv.monitor.onDie(vtid));
    good(await posiv.vtask.sched(vtid));
    const first = good(await posiv.ipc.receive(1_000));
    t.deepEqual(first, {
      tag: 'notice',
      val: { watch: started, vtid, change: { tag: 'started' } },
    });
    const second = good(await posiv.ipc.receive(1_000));
    t.deepEqual(second, {
      tag: 'notice',
      val: { watch: exited, vtid, change: { tag: 'exited', val: 3 } },
    });
    const again = good(await posiv.monitor.onExit(vtid));
    t.deepEqual(good(await posiv.ipc.receive(1_000)), {
      tag: 'notice',
      val: { watch: again, vtid, change: { tag: 'exited', val: 3 } },
    });
    t.is(bad(await posiv.ipc.receive(0)), 'timeout');

    const failing = await start(posiv, '/fails', there);
    const died = good(await posiv.monitor.onDie(failing));
    t.deepEqual(good(await posiv.ipc.receive(1_000)), {
      tag: 'notice',
      val: {
        watch: died,
        vtid: failing,
        change: { tag: 'died', val: { tag: 'failed', val: 'no luck' } },
      },
    });
  });

  test(`${where}: a watch that was taken back does not fire`, async (t) => {
    const { posiv, there } = setUp(nodes);
    const vtid = await start(posiv, '/waits', there);
    const watch = good(await posiv.monitor.onDie(vtid));
    good(await posiv.monitor.unwatch(watch));
    t.is(bad(await posiv.monitor.unwatch(watch)), 'refused');
    good(await posiv.vtask.kill(vtid));
    t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  });

  test(`${where}: registering answers for malformed and repeated identities`, async (t) => {
    const { posiv } = setUp(nodes);
    for (const kind of ['registerRpc', 'registerMsg'] as const) {
      const register = (identity: string) => posiv.ipc[kind](identity);
      good(await register('once'));
      t.is(bad(await register('once')), 'refused');
      t.is(bad(await register('')), 'refused');
      t.is(bad(await register('x'.repeat(129))), 'refused');
      for (let n = 1; n < 256; n += 1) good(await register(`id-${n}`));
      t.is(bad(await register('one-too-many')), 'refused');
    }
  });

  test(`${where}: children end with their creator unless detached`, async (t) => {
    const { cluster, there } = setUp(nodes);
    const session = cluster.first.sessions.open('default', ['posiv:kernel']);
    const posiv = posivOf(session.host);
    const child = await start(posiv, '/waits', there);
    const free = good(
      await posiv.vtask.new(undefined, '/waits', [], { ...options(there), detached: true }),
    );
    session.close();
    await cluster.clock.advance(1);
    t.true(cluster.ended.includes(posiv.self), 'services hear of it on each node');
    const other = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
    t.deepEqual(good(await other.vtask.info(child)).reason, { tag: 'creator-ended' });
    t.is(good(await other.vtask.info(free)).state, 'created');
  });
}

test('what is being made for a creator that ends meanwhile, elsewhere, does not begin to live', async (t) => {
  const { cluster, there } = setUp(2);
  const kernel = cluster.kernels[1]!;
  const creation = { tenant: 'default', image: '/waits', cmd: [], grants: ['posiv:kernel'] };
  const creator = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host).self;
  const make = (name: string | undefined, detached: boolean) =>
    kernel.create({ ...creation, creator, name, options: { ...options(there), detached } });
  const making = [make(undefined, false), make('named', false), make('free', true)];
  kernel.creatorEnded(creator);
  const [child, named, free] = await Promise.all(making);
  t.is(bad(child!), 'refused');
  t.is(bad(named!), 'refused');
  const posiv = posivOf(kernel.sessions.open('default', ['posiv:kernel']).host);
  t.deepEqual(
    good(await posiv.vtask.list(undefined)).map(({ vtid }) => vtid),
    [good(free!)],
  );
  good(await posiv.vtask.new('named', '/waits', [], options(there)));
});

test('a node that cannot be reached is said to be unreachable, at once and in the middle of a call', async (t) => {
  const { posiv, cluster, there } = setUp(2);
  const vtid = await start(posiv, '/echo', there);
  const onDie = good(await posiv.monitor.onDie(vtid));
  const out = posiv.ipc.rpc(vtid, 'never', 60_000, bytes(''));
  await cluster.clock.advance(10);
  cluster.isolate(1);
  t.is(bad(await out), 'unreachable');
  t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, bytes(''))), 'unreachable');
  t.is(bad(await posiv.ipc.msg(vtid, 'go', bytes(''), 1_000)), 'unreachable');
  t.is(bad(await posiv.vtask.kill(vtid)), 'unreachable');
  t.is(bad(await posiv.vtask.sched(vtid)), 'unreachable');
  t.is(bad(await posiv.monitor.onDie(vtid)), 'unreachable');
  t.is(bad(await posiv.vtask.new(undefined, '/echo', [], options(there))), 'unreachable');
  cluster.first.nodeLost(cluster.kernels[1]!.self);
  t.deepEqual(good(await posiv.ipc.receive(0)), {
    tag: 'notice',
    val: { watch: onDie, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
});
