import test from 'ava';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Options } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const ALWAYS: Options = { ...DEFAULT_OPTIONS, detached: true, restart: 'always' };
const ONCE: Options = { ...ALWAYS, restart: 'never' };
const PROGRAM: Program = {
  async run({ ipc }) {
    await ipc.registerRpc('echo');
    return ok(0);
  },
  handlers: () => ({ onRpc: ({ args }) => ({ tag: 'reply', val: args }) }),
};

function arena(nodes = 1): { readonly cluster: KernelCluster; readonly posiv: Posiv } {
  const cluster = new KernelCluster(nodes, { '/program': PROGRAM }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  return { cluster, posiv };
}

async function start(posiv: Posiv, name: string, options = ALWAYS): Promise<string> {
  const vtid = good(await posiv.vtask.new(name, '/program', [], options));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

test('only what is to be made again is noted, before it is acknowledged', async (t) => {
  const { cluster, posiv } = arena();
  await start(posiv, 'one');
  await start(posiv, 'two', ONCE);
  t.deepEqual(cluster.noted, [{ tenant: 'default', name: 'one', restarts: 0 }]);
  cluster.registers.down = true;
  t.is(bad(await posiv.vtask.new('three', '/program', [], ALWAYS)), 'unreachable');
  t.is(bad(await posiv.vtask.find('one')), 'unreachable');
  cluster.registers.down = false;
  good(await posiv.vtask.new('three', '/program', [], ALWAYS));
});

test('what is recorded of a vTask has a limit', async (t) => {
  const { posiv } = arena();
  const long = ['x'.repeat(40_000)];
  t.is(bad(await posiv.vtask.new('one', '/program', long, ALWAYS)), 'refused');
  good(await posiv.vtask.new(undefined, '/program', long, DEFAULT_OPTIONS));
});

test('a kill that cannot be recorded has ended the vTask and fails, until it is', async (t) => {
  const { cluster, posiv } = arena();
  const vtid = await start(posiv, 'one');
  cluster.registers.down = true;
  t.is(bad(await posiv.vtask.kill(vtid)), 'unreachable');
  t.true(hasEnded(good(await posiv.vtask.info(vtid)).state));
  cluster.registers.down = false;
  t.is(bad(await posiv.vtask.find('one')), 'unreachable', 'its record stands');
  t.is(bad(await posiv.vtask.new('one', '/program', [], ALWAYS)), 'refused');
  good(await posiv.vtask.kill(vtid));
  t.is(bad(await posiv.vtask.find('one')), 'no-such-task');
  await start(posiv, 'one');
});

const recorded = async (cluster: KernelCluster): Promise<boolean> =>
  (await cluster.first.durables.names.find('default', 'one')).ok;

test('a name that could not be freed is freed later, and another may bear it meanwhile', async (t) => {
  const { cluster, posiv } = arena();
  const first = await start(posiv, 'one', ONCE);
  cluster.registers.down = true;
  good(await posiv.vtask.kill(first));
  cluster.registers.down = false;
  t.true(await recorded(cluster));
  t.is(bad(await posiv.vtask.find('one')), 'no-such-task');
  await cluster.clock.advance(1_100);
  t.false(await recorded(cluster));

  const second = await start(posiv, 'one', ONCE);
  cluster.registers.down = true;
  good(await posiv.vtask.kill(second));
  cluster.registers.down = false;
  const third = await start(posiv, 'one', ONCE);
  await cluster.clock.advance(1_100);
  t.is(good(await posiv.vtask.find('one')), third);
});

test('one that was killed bears its name until its lane has heard of that', async (t) => {
  const { cluster, posiv } = arena(2);
  for (const options of [ONCE, ALWAYS]) {
    const vtid = await start(posiv, 'one', { ...options, node: '1' });
    const [, second] = cluster.kernels;
    const letGo = cluster.holdUp();
    const killed = second!.end(second!.table.get(vtid)!, { tag: 'killed' });
    t.is(bad(await posiv.vtask.new('one', '/program', [], ONCE)), 'refused');
    t.true(await recorded(cluster));
    letGo();
    await killed;
    if (options === ALWAYS) good(await posiv.vtask.kill(vtid));
    const next = await start(posiv, 'one', ONCE);
    good(await posiv.vtask.kill(next));
  }
});

test('one that waits to be made again keeps its name, and a kill ends the waiting', async (t) => {
  const { cluster, posiv } = arena();
  const vtid = await start(posiv, 'one');
  cluster.loseLane.at(-1)!();
  t.is(bad(await posiv.vtask.find('one')), 'unreachable');
  t.is(bad(await posiv.vtask.new('one', '/program', [], ALWAYS)), 'refused');
  good(await posiv.vtask.kill(vtid));
  await cluster.clock.advance(60_000);
  t.is(bad(await posiv.vtask.find('one')), 'no-such-task');
});

test('the vTask of a lost node is made again from its record, by one, and the name is taken meanwhile', async (t) => {
  const { cluster, posiv } = arena(3);
  const vtid = await start(posiv, 'one', { ...ALWAYS, node: '1' });
  const record = good(await cluster.first.durables.names.find('default', 'one'));
  cluster.isolate(1);
  cluster.lose(1);
  t.is(bad(await posiv.vtask.find('one')), 'unreachable');
  t.is(bad(await posiv.vtask.new('one', '/program', [], ALWAYS)), 'refused');
  const revive = (at: number) => cluster.kernels[at]!.durables.revive('default', record, 1);
  const made = await Promise.all([revive(0), revive(2)]);
  t.deepEqual(made.map(bad).toSorted(), ['no-such-task', 'ok']);
  const again = good(await posiv.vtask.find('one'));
  t.not(again, vtid);
  t.is(good(await posiv.vtask.info(again)).name, 'one');
  t.deepEqual(cluster.noted.at(-1), { tenant: 'default', name: 'one', restarts: 1 });
});

test('what is moved is handed over once it has ended, and keeps its name', async (t) => {
  const { cluster, posiv } = arena();
  const vtid = await start(posiv, 'one');
  cluster.first.draining = true;
  cluster.draining.add(cluster.first.self);
  t.is(bad(await posiv.vtask.new(undefined, '/program', [], undefined)), 'refused');
  cluster.first.durables.move(cluster.first.table.get(vtid)!);
  await cluster.clock.advance(10);
  t.deepEqual(cluster.handedOver, [{ tenant: 'default', name: 'one', restarts: 0 }]);
  t.is(cluster.first.durables.moving, 1);
  t.is(bad(await posiv.vtask.find('one')), 'unreachable');
  t.deepEqual(good(await posiv.vtask.info(vtid)).reason, { tag: 'node-lost' });
  cluster.first.durables.moved({ tenant: 'default', name: 'one', restarts: 0 });
  t.is(cluster.first.durables.moving, 0);
});

test('a node that is drained refuses as such, also whoever has not heard of that yet', async (t) => {
  const { cluster, posiv } = arena(2);
  cluster.kernels[1]!.draining = true;
  const options = { ...DEFAULT_OPTIONS, node: '1' };
  t.is(bad(await posiv.vtask.new(undefined, '/program', [], options)), 'refused');
});
