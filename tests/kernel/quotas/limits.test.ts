import test from 'ava';
import type { ErrorCode, Quota, Refusal } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { ok, type Result } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const EMPTY = new Uint8Array();
const FOREVER = 0xffff_ffff;

/** Takes what it is sent. */
const sink: Program = {
  async run({ ipc }) {
    await ipc.registerMsg('m');
    await ipc.registerRpc('later');
    return ok(0);
  },
  handlers: () => ({ onRpc: () => ({ tag: 'later' }) }),
};

interface Lab {
  readonly cluster: KernelCluster;
  readonly outside: Posiv;
  readonly target: string;
  /** A program that does what a test says, under a quota. */
  hostile(quota: Partial<Quota>): Promise<Posiv>;
  refusals(vtid: string): Promise<readonly Refusal[]>;
}

async function setUp(counting = false): Promise<Lab> {
  const made: Posiv[] = [];
  const hostile: Program = {
    async run(posiv) {
      made.push(posiv);
      await posiv.ipc.registerRpc('wait');
      for (;;) await posiv.ipc.receive(FOREVER);
    },
  };
  const programs = { '/sink': sink, '/hostile': hostile };
  const cluster = new KernelCluster(1, programs, 1, counting);
  const outside = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  const start = async (image: string, quota: Partial<Quota>): Promise<string> => {
    const vtid = good(await outside.vtask.new(undefined, image, [], optionsOf(quota)));
    good(await outside.vtask.sched(vtid));
    await cluster.clock.advance(1);
    return vtid;
  };
  return {
    cluster,
    outside,
    target: await start('/sink', {}),
    async hostile(quota) {
      await start('/hostile', quota);
      return made.at(-1)!;
    },
    async refusals(vtid) {
      await cluster.clock.advance(500); // its lane tells four times a second
      return good(await outside.vtask.info(vtid)).refusals;
    },
  };
}

function optionsOf(quota: Partial<Quota>) {
  return {
    ...DEFAULT_OPTIONS,
    quota: { ...DEFAULT_QUOTA, ...quota },
  };
}

function wrong(result: Result<unknown, ErrorCode>): string {
  if (result.ok) return 'ok';
  return 'val' in result.error ? `${result.error.tag} ${result.error.val}` : result.error.tag;
}

test('message-rate holds back whoever sends on and on, and refuses what would come too late', async (t) => {
  const { cluster, target, hostile, refusals } = await setUp();
  const { self, ipc } = await hostile({ messageRate: 10 });
  let sent = 0;
  const flood = (async () => {
    while (sent < 30 && (await ipc.msg(target, 'm', EMPTY, FOREVER)).ok) sent += 1;
  })();
  await cluster.clock.advance(1_000);
  t.true(sent >= 10 && sent <= 12, `${sent} in a second`);
  t.is(wrong(await ipc.msg(target, 'm', EMPTY, 50)), 'quota-exceeded message-rate: 10 a second');
  t.is(
    wrong(await ipc.startRpc(target, 'later', 50, EMPTY)),
    'quota-exceeded message-rate: 10 a second',
  );
  await cluster.clock.advance(3_000);
  await flood;
  t.is(sent, 30);
  t.true((await refusals(self)).some(({ limit, count }) => limit === 'message-rate' && count > 20));
});

test('a vTask that ends while its rate holds it back sends nothing any more', async (t) => {
  const { cluster, outside, target, hostile } = await setUp();
  const { self, ipc } = await hostile({ messageRate: 1 });
  good(await ipc.msg(target, 'm', EMPTY, FOREVER));
  const held = t.throwsAsync(async () => ipc.msg(target, 'm', EMPTY, FOREVER), {
    code: 'task-ended',
  });
  good(await outside.vtask.kill(self));
  await cluster.clock.advance(2_000);
  await held;
});

test('log-rate holds the writer back', async (t) => {
  const { cluster, hostile, refusals } = await setUp();
  const { self, log } = await hostile({ logRate: 1_000 });
  const text = new Uint8Array(1_000);
  let written = 0;
  const flood = (async () => {
    for (; written < 200; written += 1) await log.write('output', text);
  })();
  await cluster.clock.advance(10_000);
  // One of 64 KiB goes at once, and each entry counts for 256 bytes more than it has.
  t.true(written >= 59 && written <= 62, `${written} entries in ten seconds`);
  t.true((await refusals(self)).some(({ limit }) => limit === 'log-rate'));
  await cluster.clock.advance(200_000);
  await flood;
});

test('no more requests are out than requests says', async (t) => {
  const { cluster, target, hostile, refusals } = await setUp();
  const { self, ipc } = await hostile({ requests: 3 });
  for (let n = 0; n < 3; n += 1) good(await ipc.startRpc(target, 'later', 1_000, EMPTY));
  const expected = 'quota-exceeded requests: 3 are out, at most 3';
  t.is(wrong(await ipc.startRpc(target, 'later', 1_000, EMPTY)), expected);
  t.is(wrong(await ipc.rpc(target, 'later', 1_000, EMPTY)), expected);
  t.deepEqual(await refusals(self), [{ limit: 'requests', count: 2 }]);
  await cluster.clock.advance(2_000);
  t.true((await ipc.startRpc(target, 'later', 1_000, EMPTY)).ok);
});

test('no more watches are open than watches says', async (t) => {
  const { target, hostile, refusals } = await setUp();
  const { self, monitor } = await hostile({ watches: 2 });
  const first = good(await monitor.onDie(target));
  good(await monitor.onExit(target));
  t.is(wrong(await monitor.onDie(target)), 'quota-exceeded watches: 2 are open, at most 2');
  t.deepEqual(await refusals(self), [{ limit: 'watches', count: 1 }]);
  good(await monitor.unwatch(first));
  t.true((await monitor.onDie(target)).ok);
});

test('a vTask ends when its life time is over, with a reason that says so', async (t) => {
  const { cluster, outside, hostile } = await setUp();
  const { self } = await hostile({ lifeMs: 5_000 });
  await cluster.clock.advance(4_900);
  t.is(good(await outside.vtask.info(self)).state, 'running');
  await cluster.clock.advance(200);
  const { state, reason } = good(await outside.vtask.info(self));
  t.is(state, 'died');
  t.deepEqual(reason, {
    tag: 'quota-exceeded',
    val: 'life-ms: it was to live for 5000 ms at the most',
  });
});

test('one that was made and never started ends as well when its life time is over', async (t) => {
  const { cluster, outside } = await setUp();
  const vtid = good(await outside.vtask.new(undefined, '/sink', [], optionsOf({ lifeMs: 10 })));
  await cluster.clock.advance(20);
  t.is(good(await outside.vtask.info(vtid)).reason?.tag, 'quota-exceeded');
});

test('image-bytes of a tenant keeps an image that is larger from being started', async (t) => {
  const { cluster, outside, target } = await setUp();
  const { quotas, components } = cluster.first;
  cluster.quotas.set('default', { ...components.tenants.quotaOf('default')!, imageBytes: 10 });
  cluster.programs['/large'] = { ...sink, bytes: 11 };
  const made = await outside.vtask.new(undefined, '/large', [], undefined);
  t.is(wrong(made), 'quota-exceeded image-bytes: at most 10');
  t.deepEqual(quotas.refusalsOf('default'), [{ limit: 'image-bytes', count: 1 }]);
  t.is(good(await outside.vtask.info(target)).state, 'running');
});

test('where limits are counted nothing is refused or held back, and each is told', async (t) => {
  const { cluster, outside, target, hostile, refusals } = await setUp(true);
  const quota = {
    messageRate: 1,
    logRate: 1,
    requests: 1,
    watches: 1,
    lifeMs: 100,
    mailboxBytes: 100,
  };
  const { self, ipc, log, monitor } = await hostile(quota);
  for (let n = 0; n < 3; n += 1) {
    good(await ipc.msg(target, 'm', EMPTY, 0));
    good(await ipc.startRpc(target, 'later', 60_000, EMPTY));
    good(await monitor.onDie(target));
    await log.write('output', new Uint8Array(64 << 10));
  }
  const large = outside.ipc.rpc(self, 'wait', 1_000, new Uint8Array(1_000));
  await cluster.clock.advance(900);
  const counts = Object.fromEntries(
    (await refusals(self)).map(({ limit, count }) => [limit, count]),
  );
  await large;
  t.deepEqual(counts, {
    'message-rate': 5,
    requests: 2,
    watches: 2,
    'log-rate': 2,
    'life-ms': 1,
    'mailbox-bytes': 1,
  });
});

test('a tenant that would be refused where limits are enforced is counted where they are not', async (t) => {
  const { cluster, outside } = await setUp(true);
  const { components, quotas } = cluster.first;
  const tenant = components.tenants.quotaOf('default')!;
  cluster.quotas.set('default', { ...tenant, vtasks: 1, imageBytes: 1 });
  cluster.programs['/large'] = { ...sink, bytes: 2 };
  good(await outside.vtask.new(undefined, '/large', [], undefined));
  t.deepEqual(quotas.refusalsOf('default'), [
    { limit: 'tenant-vtasks', count: 1 },
    { limit: 'image-bytes', count: 1 },
  ]);
});

test('what is given for a vTask beyond its tenant is refused before anything is made', async (t) => {
  const { cluster, outside } = await setUp();
  const before = cluster.first.table.living;
  const made = await outside.vtask.new(undefined, '/sink', [], optionsOf({ watches: 1_000_000 }));
  t.is(wrong(made), 'quota-exceeded watches: 1000000, at most 65536');
  t.is(cluster.first.table.living, before);
});
