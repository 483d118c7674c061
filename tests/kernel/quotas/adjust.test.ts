import test from 'ava';
import type { ErrorCode, Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { ok, type Result } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const EMPTY = new Uint8Array();
const FOREVER = 0xffff_ffff;
const change = (quota: Partial<Quota>): Quota => ({ ...DEFAULT_QUOTA, ...quota });

function setUp(nodes: number): {
  cluster: KernelCluster;
  outside: Posiv;
  there: string;
  start(by: Posiv, quota?: Partial<Quota>): Promise<Posiv>;
} {
  const made = new Map<string, Posiv>();
  const waits: Program = {
    async run(posiv) {
      made.set(posiv.self, posiv);
      await posiv.ipc.registerMsg('m');
      await posiv.ipc.registerRpc('never');
      return ok(0);
    },
    handlers: () => ({ onRpc: () => ({ tag: 'later' }), onMsg: () => new Promise(() => {}) }),
  };
  const cluster = new KernelCluster(nodes, { '/waits': waits });
  const there = String(nodes - 1);
  return {
    cluster,
    there,
    outside: posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host),
    async start(by, quota = {}) {
      const options = {
        ...DEFAULT_OPTIONS,
        node: there,
        quota: change(quota),
      };
      const vtid = good(await by.vtask.new(undefined, '/waits', [], options));
      good(await by.vtask.sched(vtid));
      await cluster.clock.advance(1);
      return made.get(vtid)!;
    },
  };
}

function wrong(result: Result<unknown, ErrorCode>): string {
  return result.ok ? 'ok' : result.error.tag;
}

for (const [where, nodes] of [
  ['on one node', 1],
  ['across two nodes', 2],
] as const) {
  test(`${where}: a program outside adjusts a vTask of its tenant, and only what it says changes`, async (t) => {
    const { outside, start } = setUp(nodes);
    const { self } = await start(outside, { requests: 5 });
    const before = good(await outside.vtask.info(self)).quota;
    good(await outside.vtask.adjust(self, change({ cpuWeight: 10, logRate: 99 })));
    const { quota } = good(await outside.vtask.info(self));
    t.deepEqual(quota, { ...before, cpuWeight: 10, logRate: 99 });
    t.is(quota.requests, 5);
  });

  test(`${where}: a vTask adjusts what it made, and neither itself nor others`, async (t) => {
    const { outside, start } = setUp(nodes);
    const parent = await start(outside);
    const other = await start(outside);
    const child = await start(parent);
    t.is(wrong(await parent.vtask.adjust(child.self, change({ watches: 9 }))), 'ok');
    t.is(good(await outside.vtask.info(child.self)).quota.watches, 9);
    for (const vtid of [parent.self, other.self])
      t.is(wrong(await parent.vtask.adjust(vtid, change({ watches: 9 }))), 'refused');
    t.is(wrong(await other.vtask.adjust(child.self, change({ watches: 9 }))), 'refused');
    t.is(wrong(await parent.vtask.adjust(outside.self, change({ watches: 9 }))), 'no-such-task');
  });

  test(`${where}: the vTasks of another tenant are none to adjust`, async (t) => {
    const { cluster, outside, start } = setUp(nodes);
    const { self } = await start(outside);
    const stranger = posivOf(cluster.first.sessions.open('bob', ['posiv:kernel']).host);
    t.is(wrong(await stranger.vtask.adjust(self, change({ watches: 1 }))), 'no-such-task');
    t.is(wrong(await stranger.vtask.adjust('nonsense', change({ watches: 1 }))), 'no-such-task');
  });

  test(`${where}: nonsense and a vTask that has ended are refused, and nothing changes`, async (t) => {
    const { outside, start } = setUp(nodes);
    const { self } = await start(outside);
    const before = good(await outside.vtask.info(self)).quota;
    const beyond = change({ cpuWeight: 1_001, watches: 7 });
    t.is(wrong(await outside.vtask.adjust(self, beyond)), 'quota-exceeded');
    t.is(
      wrong(await outside.vtask.adjust(self, change({ memoryPages: 70_000 }))),
      'quota-exceeded',
    );
    t.deepEqual(good(await outside.vtask.info(self)).quota, before);
    good(await outside.vtask.kill(self));
    t.is(wrong(await outside.vtask.adjust(self, change({ watches: 7 }))), 'task-died');
  });
}

test('a mailbox that becomes larger lets in who was held back', async (t) => {
  const { cluster, outside, start } = setUp(1);
  const { self } = await start(outside, { mailboxBytes: 200 });
  // The first is being handled, which never ends; the second fills the mailbox; the third is held back.
  const body = new Uint8Array(100);
  for (let n = 0; n < 2; n += 1) good(await outside.ipc.msg(self, 'm', body, 1_000));
  let held = true;
  const third = outside.ipc.msg(self, 'm', body, FOREVER);
  void Promise.resolve(third).then(() => (held = false));
  await cluster.clock.advance(10);
  t.true(held);
  good(await outside.vtask.adjust(self, change({ mailboxBytes: 2_000 })));
  t.true((await third).ok);
});

test('one that was held back by its rate goes on at the new one', async (t) => {
  const { cluster, outside, start } = setUp(1);
  const { self } = await start(outside);
  const sender = await start(outside, { messageRate: 1 });
  good(await sender.ipc.startRpc(self, 'never', 1_000, EMPTY));
  t.is(wrong(await sender.ipc.startRpc(self, 'never', 1_000, EMPTY)), 'quota-exceeded');
  good(await outside.vtask.adjust(sender.self, change({ messageRate: 1_000 })));
  await cluster.clock.advance(2);
  t.is(wrong(await sender.ipc.startRpc(self, 'never', 1_000, EMPTY)), 'ok');
});

test('a shorter life ends a vTask that has lived for longer, and a longer one lets it live', async (t) => {
  const { cluster, outside, start } = setUp(1);
  const long = await start(outside, { lifeMs: 1_000 });
  const short = await start(outside);
  await cluster.clock.advance(500);
  good(await outside.vtask.adjust(long.self, change({ lifeMs: 10_000 })));
  good(await outside.vtask.adjust(short.self, change({ lifeMs: 100 })));
  await cluster.clock.advance(1_000);
  t.is(good(await outside.vtask.info(long.self)).state, 'running');
  t.is(good(await outside.vtask.info(short.self)).reason?.tag, 'quota-exceeded');
});

test('weight and rate of a vTask hold in its lane at once', async (t) => {
  const { cluster, outside, start } = setUp(1);
  const { self, host } = await start(outside);
  const { share } = host.runner;
  t.is(share.throttledMs(cluster.clock.now()), 0);
  good(await outside.vtask.adjust(self, change({ cpuWeight: 50, cpuRate: 100 })));
  await cluster.clock.advance(1);
  const pass = share.pass;
  share.charge(100, cluster.clock.now());
  t.is(share.pass - pass, 2);
  t.true(share.throttledMs(cluster.clock.now()) > 850);
});
