import test from 'ava';
import { wholeNode } from '#kernel/tenants.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';

interface Lab {
  readonly cluster: KernelCluster;
  readonly outside: Posiv;
  start(): Promise<Posiv>;
  cpuUs(vtid: string): Promise<number>;
}

function setUp(): Lab {
  const made: Posiv[] = [];
  const waits: Program = {
    async run(posiv) {
      made.push(posiv);
      await posiv.ipc.receive(0xffff_ffff);
      return ok(0);
    },
  };
  const cluster = new KernelCluster(1, { '/waits': waits }, 1);
  const outside = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  return {
    cluster,
    outside,
    async start() {
      const vtid = good(await outside.vtask.new(undefined, '/waits', [], undefined));
      good(await outside.vtask.sched(vtid));
      await cluster.clock.advance(1);
      return made.at(-1)!;
    },
    cpuUs: async (vtid) => good(await outside.vtask.info(vtid)).cpuUs,
  };
}

/** Code of the vTask runs for so long. */
function compute({ cluster }: Lab, { host }: Posiv, ms: number): void {
  host.runner.enter();
  cluster.clock.advanceNow(ms);
  host.runner.leave();
}

test('the processor time of a vTask reaches its node, and that of a tenant is the sum, ended ones included', async (t) => {
  const lab = setUp();
  const { cluster, outside, start, cpuUs } = lab;
  const [first, second] = [await start(), await start()];
  compute(lab, first, 30);
  compute(lab, second, 12);
  await cluster.clock.advance(500);
  t.is(await cpuUs(first.self), 30_000);
  t.is(await cpuUs(second.self), 12_000);
  compute(lab, first, 5);
  good(await outside.vtask.kill(first.self));
  t.is(await cpuUs(first.self), 35_000, 'what it used last counts too');
  t.is(cluster.first.table.cpuUsOf('default'), 47_000);
});

test('a lane that claims more than can be true is believed as far as it can be, and time never falls', async (t) => {
  const { cluster, start, cpuUs } = setUp();
  const [first, second] = [await start(), await start()];
  await cluster.clock.advance(1_000);
  const { lane } = cluster.first.table.get(first.self)!;
  const claim = ({ self }: Posiv, claimed: number): void => {
    const val = { vtid: self, memory: 0, mailbox: 0, cpuUs: claimed, refusals: [] };
    cluster.first.laneFrames.receive(lane, { tag: 'usage', val } satisfies Frame);
  };
  claim(first, 2 ** 52);
  const most = cluster.clock.now() * 1_000;
  const granted = await cpuUs(first.self);
  t.true(granted > 900_000 && granted <= most, `${granted} of ${most}`);
  claim(second, 2 ** 52);
  t.is(await cpuUs(second.self), 0, 'the lane has no more to give');
  claim(first, 5);
  t.is(await cpuUs(first.self), granted);
});

test('what a lane says of limits that are not its to look after has no effect, and counts never fall', async (t) => {
  const { cluster, outside, start } = setUp();
  const { self } = await start();
  const { lane } = cluster.first.table.get(self)!;
  const says = (limit: 'life-ms' | 'requests', count: number): void => {
    const val = { vtid: self, memory: 0, mailbox: 0, cpuUs: 0, refusals: [{ limit, count }] };
    cluster.first.laneFrames.receive(lane, { tag: 'usage', val });
  };
  says('life-ms', 7);
  says('requests', 9);
  says('requests', 3);
  t.deepEqual(good(await outside.vtask.info(self)).refusals, [{ limit: 'requests', count: 9 }]);
});

test('tenant-cpu-rate holds back the vTasks of a tenant together, and is shared by its lanes', async (t) => {
  const lab = setUp();
  const { cluster, start } = lab;
  const [first, second] = [await start(), await start()];
  t.is(first.host.runner.admit(cluster.clock.now()), undefined);
  cluster.quotas.set('default', { ...wholeNode(1 << 30), cpuRate: 100 });
  cluster.first.quotas.tell('default');
  await cluster.clock.advance(1);
  compute(lab, first, 110);
  let letIn = false;
  const turn = second.host.runner.admit(cluster.clock.now());
  t.truthy(turn, 'another of the same tenant waits as well');
  void turn!.then(() => (letIn = true));
  await cluster.clock.advance(500);
  t.false(letIn);
  await cluster.clock.advance(1_000);
  t.true(letIn);
});
