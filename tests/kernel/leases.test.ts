import test from 'ava';
import { wholeNode } from '#kernel/tenants.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Notice } from '#posiv-wit/generated/kernel.ts';
import type { Birth } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

const TENANT = 'default';

/** Ends with the status that it is told. */
const quick: Program = { run: async (_posiv, [status]) => ok(Number(status)) };

/** Stays until it is ended. */
const lasting: Program = {
  async run({ ipc }) {
    await ipc.registerMsg('nothing');
    return ok(0);
  },
  handlers: () => ({}),
};

interface Arena {
  readonly cluster: KernelCluster;
  readonly outside: Posiv;
  /** Runs `work` as a vTask, to its end. */
  run(work: (posiv: Posiv) => Promise<void>): Promise<string>;
}

function arena(lanes = 1): Arena {
  let next: ((posiv: Posiv) => Promise<void>) | undefined;
  const maker: Program = {
    async run(posiv) {
      await next!(posiv);
      return ok(0);
    },
    handlers: () => ({}),
  };
  const cluster = new KernelCluster(
    1,
    { '/maker': maker, '/quick': quick, '/lasting': lasting },
    lanes,
  );
  const outside = posivOf(cluster.first.sessions.open(TENANT, ['posiv:kernel']).host);
  return {
    cluster,
    outside,
    async run(work) {
      const over = new Promise<void>((resolve, reject) => {
        next = (posiv) => work(posiv).then(resolve, reject);
      });
      const vtid = good(await outside.vtask.new(undefined, '/maker', [], undefined));
      good(await outside.vtask.sched(vtid));
      await over;
      return vtid;
    },
  };
}

async function make({ vtask }: Posiv, path: string, cmd: readonly string[] = []): Promise<string> {
  const vtid = good(await vtask.new(undefined, path, cmd, undefined));
  good(await vtask.sched(vtid));
  return vtid;
}

async function noticed({ ipc }: Posiv): Promise<Notice> {
  const event = good(await ipc.receive(60_000));
  if (event.tag !== 'notice') throw new Error(`a ${event.tag} in place of a notice`);
  return event.val;
}

test('whoever makes many alike makes them without its node, which hears of each all the same', async (t) => {
  const { cluster, outside, run } = arena();
  const calls = countCalls(cluster);
  const made: string[] = [];
  const maker = await run(async (posiv) => {
    for (let at = 0; at < 500; at += 1) {
      const vtid = good(await posiv.vtask.new(undefined, '/quick', [String(at % 7)], undefined));
      const watch = good(await posiv.monitor.onExit(vtid));
      good(await posiv.vtask.sched(vtid));
      t.deepEqual(await noticed(posiv), { watch, vtid, change: { tag: 'exited', val: at % 7 } });
      made.push(vtid);
    }
  });
  await settled();
  t.is(new Set(made).size, 500);
  t.true(calls.of('new') < 20, `${calls.of('new')} calls`);
  for (const [at, vtid] of made.entries()) {
    const info = good(await outside.vtask.info(vtid));
    t.deepEqual(
      [info.state, info.creator, info.image, info.reason],
      ['exited', maker, '/quick', { tag: 'exited', val: at % 7 }],
    );
    t.true(info.startedMs > 0);
    const said = good(await outside.log.read(vtid, 0, 0));
    t.deepEqual(said, { entries: [], next: 0, ended: true });
  }
  await cluster.clock.advance(1_000);
  t.is(cluster.first.leases.reservedFor(TENANT), 0);
  t.is(cluster.first.table.heldBy(TENANT).vtasks, 0);
});

test('of those that came and went the node hears once, though others of them wait to run meanwhile', async (t) => {
  const { cluster, run } = arena();
  const receive = cluster.first.laneFrames.receive.bind(cluster.first.laneFrames);
  const counts = new Map<string, number>();
  cluster.first.laneFrames.receive = (lane, frame) => {
    counts.set(frame.tag, (counts.get(frame.tag) ?? 0) + 1);
    receive(lane, frame);
  };
  await run(async (posiv) => {
    for (let at = 0; at < 9; at += 1) await make(posiv, '/quick', ['0']);
    await settled();
    counts.clear();
    const all: string[] = [];
    for (let at = 0; at < 10; at += 1) all.push(await make(posiv, '/quick', ['3']));
    await settled();
    t.is(counts.get('change') ?? 0, 0);
    t.is(counts.get('born'), 1);
    for (const vtid of all) t.is(cluster.first.table.get(vtid)?.state, 'exited');
  });
});

test('what became of one that came and went can be asked until a thousand others have', async (t) => {
  const { cluster, outside, run } = arena();
  const made: string[] = [];
  await run(async (posiv) => {
    for (let at = 0; at < 1_100; at += 1) {
      const vtid = good(await posiv.vtask.new(undefined, '/quick', ['0'], undefined));
      good(await posiv.monitor.onExit(vtid));
      good(await posiv.vtask.sched(vtid));
      await noticed(posiv);
      made.push(vtid);
    }
  });
  await settled();
  const { table } = cluster.first;
  const brief = made.filter((vtid) => table.isBrief(vtid));
  const forgotten = made.filter((vtid) => !table.get(vtid));
  t.true(brief.length > 1_000, `${brief.length}`);
  t.true(forgotten.length > 0 && made.indexOf(forgotten.at(-1)!) < made.indexOf(brief[0]!));
  t.is(good(await outside.vtask.list(undefined)).length, 1_000);
});

test('what lives on has no large leases, and ends with its creator', async (t) => {
  const { cluster, outside, run } = arena();
  let most = 0;
  const made: string[] = [];
  await run(async (posiv) => {
    for (let at = 0; at < 100; at += 1) {
      made.push(await make(posiv, '/lasting'));
      most = Math.max(most, cluster.first.leases.reservedFor(TENANT));
    }
    await settled();
    for (const vtid of made) t.is(good(await outside.vtask.info(vtid)).state, 'running');
  });
  t.is(most, 16);
  await settled();
  for (const vtid of made)
    t.deepEqual(good(await outside.vtask.info(vtid)).reason, { tag: 'creator-ended' });
  t.is(cluster.first.leases.reservedFor(TENANT), 0);
});

test('vTasks of a lease count against their tenant, and leave room for others of it', async (t) => {
  const { cluster, outside, run } = arena();
  cluster.quotas.set(TENANT, { ...wholeNode(1 << 30), vtasks: 60 });
  await run(async (posiv) => {
    for (let at = 0; at < 9; at += 1) await make(posiv, '/lasting');
    const reserved = cluster.first.leases.reservedFor(TENANT);
    t.true(reserved > 0 && reserved < 40, `${reserved}`);
    const other = good(await outside.vtask.new(undefined, '/quick', ['0'], undefined));
    good(await outside.vtask.kill(other));
    let made = 9;
    for (;;) {
      const result = await posiv.vtask.new(undefined, '/lasting', [], undefined);
      if (!result.ok) {
        t.deepEqual(result.error.tag, 'quota-exceeded');
        break;
      }
      made += 1;
    }
    t.is(made, 59, 'the maker itself is one');
  });
});

test('a lease that is not used is over after a while, and with a change of the image', async (t) => {
  const { cluster, run } = arena();
  const { leases } = cluster.first;
  await run(async (posiv) => {
    for (let at = 0; at < 10; at += 1) await make(posiv, '/quick', ['0']);
    t.true(leases.reservedFor(TENANT) > 0);
    await cluster.clock.advance(150);
    t.is(leases.reservedFor(TENANT), 0);
    for (let at = 0; at < 10; at += 1) await make(posiv, '/quick', ['0']);
    t.true(leases.reservedFor(TENANT) > 0);
    await make(posiv, '/lasting');
  });
  await settled();
  t.is(leases.reservedFor(TENANT), 0, 'its creator has ended');
});

test('a vTask of a lease can be scheduled and killed by others, once', async (t) => {
  const { outside, run } = arena();
  await run(async (posiv) => {
    for (let at = 0; at < 9; at += 1) await make(posiv, '/quick', ['0']);
    const created = good(await posiv.vtask.new(undefined, '/lasting', [], undefined));
    await settled();
    t.is(good(await outside.vtask.info(created)).state, 'created');
    good(await outside.vtask.sched(created));
    const again = await posiv.vtask.sched(created);
    t.is(!again.ok && again.error.tag, 'refused');
    const died = good(await posiv.monitor.onDie(created));
    good(await outside.vtask.kill(created));
    t.deepEqual(await noticed(posiv), {
      watch: died,
      vtid: created,
      change: { tag: 'died', val: { tag: 'killed' } },
    });
    const late = await posiv.vtask.sched(created);
    t.is(!late.ok && late.error.tag, 'task-died');
  });
});

test('watches within a lane fire once, are counted, and can be taken back', async (t) => {
  const { run } = arena();
  await run(async (posiv) => {
    for (let at = 0; at < 9; at += 1) await make(posiv, '/quick', ['0']);
    const vtid = good(await posiv.vtask.new(undefined, '/lasting', [], undefined));
    const started = good(await posiv.monitor.onStart(vtid));
    const taken = good(await posiv.monitor.onDie(vtid));
    const exit = good(await posiv.monitor.onExit(vtid));
    good(await posiv.monitor.unwatch(taken));
    const twice = await posiv.monitor.unwatch(taken);
    t.is(!twice.ok && twice.error.tag, 'refused');
    t.is(posiv.host.task.watches, 2);
    good(await posiv.vtask.sched(vtid));
    t.deepEqual(await noticed(posiv), { watch: started, vtid, change: { tag: 'started' } });
    const late = good(await posiv.monitor.onStart(vtid));
    t.deepEqual(await noticed(posiv), { watch: late, vtid, change: { tag: 'started' } });
    good(await posiv.vtask.kill(vtid));
    await settled();
    t.is(posiv.host.task.watches, 0, `${exit} is over: it did not exit`);
    const nothing = await posiv.ipc.receive(0);
    t.is(!nothing.ok && nothing.error.tag, 'timeout');
  });
});

test('who may have so many watches has no more of them within its lane', async (t) => {
  const { outside, run } = arena();
  await run(async (posiv) => {
    good(await outside.vtask.adjust(posiv.self, { ...posiv.host.task.limits.quota, watches: 3 }));
    for (let at = 0; at < 3; at += 1) good(await posiv.monitor.onDie(posiv.self));
    const more = await posiv.monitor.onDie(posiv.self);
    t.is(!more.ok && more.error.tag, 'quota-exceeded');
  });
});

test('a lane that tells of vTasks which it has no lease for is to be ended', async (t) => {
  const { cluster, outside, run } = arena();
  await run(async (posiv) => {
    const first = cluster.first.table.get(posiv.self)!;
    for (let at = 0; at < 8; at += 1) await make(posiv, '/quick', ['0']);
    await settled();
    const { id, vtids } = posiv.host.task.lease!.frame;
    const born = (lane: number, lease: number, wanted: Partial<Birth> = {}, count = 1): void => {
      const birth: Birth = { cmd: [], state: 'created', cpuUs: 0, reason: undefined, ...wanted };
      const births = Array.from({ length: count }, () => birth);
      cluster.first.laneFrames.receive(lane, { tag: 'born', val: { lease, births } });
    };
    const violation = { code: 'cell-violation' };
    t.throws(() => born(first.lane, id + 1), violation);
    t.throws(() => born(first.lane + 1, id), violation);
    t.throws(() => born(first.lane, id, { cmd: ['x'.repeat(70_000)] }), violation);
    const exited = { tag: 'exited', val: 0 } as const;
    const illegal = { code: 'illegal-transition' };
    t.throws(() => born(first.lane, id, { reason: exited }), illegal, 'it never ran');
    t.throws(() => born(first.lane, id, { state: 'killed', reason: exited }), illegal);
    t.throws(() => born(first.lane, id, {}, vtids.length), violation);
    await settled();
    t.is(good(await outside.vtask.info(posiv.self)).state, 'running');
  });
});

test('the vTasks of a lease are lost with their lane, and what was left of it is free', async (t) => {
  const { cluster, outside, run } = arena();
  const maker = await run(async (posiv) => {
    for (let at = 0; at < 12; at += 1) await make(posiv, '/lasting');
    await settled();
    t.true(cluster.first.leases.reservedFor(TENANT) > 0);
    cluster.loseLane.at(-1)!();
  });
  await settled();
  t.is(good(await outside.vtask.info(maker)).reason?.tag, 'lane-lost');
  t.is(cluster.first.leases.reservedFor(TENANT), 0);
  t.true(
    [...cluster.first.table.values()].every(({ program, state }) => !program || hasEnded(state)),
  );
});

/** How often the node was asked for each method of `vtask`. */
function countCalls(cluster: KernelCluster): { of(method: string): number } {
  const counts = new Map<string, number>();
  const { dispatcher } = cluster.first;
  const carryOut = dispatcher.carryOut.bind(dispatcher);
  dispatcher.carryOut = (call, caller, send) => {
    const method = call.function.split('#')[1]!;
    counts.set(method, (counts.get(method) ?? 0) + 1);
    return carryOut(call, caller, send);
  };
  return { of: (method) => counts.get(method) ?? 0 };
}
