import test from 'ava';
import type { Options } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { err, ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';

interface Arena {
  readonly cluster: KernelCluster;
  readonly posiv: Posiv;
  /** The cmd of every run so far. */
  readonly runs: (readonly string[])[];
  start(
    restart: Options['restart'],
    cmd: readonly string[],
    more?: Partial<Options>,
  ): Promise<string>;
}

/** A program that does what its cmd says: `exit N`, `fail`, `trap` or `serve`. */
function arena(nodes = 1): Arena {
  const runs: (readonly string[])[] = [];
  const program: Program = {
    async run({ ipc }, cmd) {
      runs.push(cmd);
      switch (cmd[0]) {
        case 'exit':
          return ok(Number(cmd[1]));
        case 'fail':
          return err('as it was told');
        case 'trap':
          throw new WebAssembly.RuntimeError('unreachable');
        default:
          await ipc.registerRpc('echo');
          return ok(0);
      }
    },
    handlers: () => ({ onRpc: ({ args }) => ({ tag: 'reply', val: args }) }),
  };
  const cluster = new KernelCluster(nodes, { '/program': program }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  return {
    cluster,
    posiv,
    runs,
    async start(restart, cmd, more) {
      const options = { ...DEFAULT_OPTIONS, restart, ...more };
      const vtid = good(await posiv.vtask.new('one', '/program', cmd, options));
      good(await posiv.vtask.sched(vtid));
      return vtid;
    },
  };
}

for (const [restart, cmd, runsAgain] of [
  ['never', ['trap'], false],
  ['never', ['exit', '0'], false],
  ['on-failure', ['trap'], true],
  ['on-failure', ['fail'], true],
  ['on-failure', ['exit', '3'], true],
  ['on-failure', ['exit', '0'], false],
  ['always', ['exit', '0'], true],
] as const)
  test(`${restart}: after ${cmd.join(' ')} it is ${runsAgain ? 'made again' : 'over'}`, async (t) => {
    const { cluster, posiv, runs, start } = arena();
    await start(restart, cmd);
    await cluster.clock.advance(150);
    t.is(runs.length, runsAgain ? 2 : 1);
    t.deepEqual(runs.at(-1), cmd);
    await cluster.clock.advance(59_000);
    t.is(runs.length, runsAgain ? 6 : 1, 'not without end');
    const found = await posiv.vtask.find('one');
    t.is(!found.ok && found.error.tag, 'no-such-task');
  });

test('one that ends seldom is made again each time', async (t) => {
  const { cluster, runs, start } = arena();
  await start('always', ['exit', '0']);
  await cluster.clock.advance(59_000);
  t.is(runs.length, 6);
  const slow = arena();
  let vtid = await slow.start('on-failure', ['serve']);
  for (let time = 2; time < 12; time += 1) {
    await slow.cluster.clock.advance(20_000);
    slow.cluster.loseLane.at(-1)!();
    await slow.cluster.clock.advance(5_000);
    t.is(slow.runs.length, time);
    const again = good(await slow.posiv.vtask.find('one'));
    t.not(again, vtid);
    vtid = again;
  }
});

test('who ends with a lane that another has used up is found again under its name', async (t) => {
  const { cluster, posiv, start } = arena();
  const vtid = await start('on-failure', ['serve']);
  const watch = good(await posiv.monitor.onDie(vtid));
  cluster.loseLane.at(-1)!();
  await cluster.clock.advance(150);
  t.deepEqual(good(await posiv.ipc.receive(0)), {
    tag: 'notice',
    val: { watch, vtid, change: { tag: 'died', val: { tag: 'lane-lost', val: 'on purpose' } } },
  });
  const again = good(await posiv.vtask.find('one'));
  t.not(again, vtid);
  t.deepEqual(good(await posiv.vtask.info(again)).creator, posiv.self);
  const answer = posiv.ipc.rpc(again, 'echo', 1_000, Uint8Array.of(7));
  t.deepEqual(good(await answer), Uint8Array.of(7));
});

test('a kill and the end of the creator are for good', async (t) => {
  const { cluster, posiv, runs, start } = arena();
  good(await posiv.vtask.kill(await start('always', ['serve'])));
  await cluster.clock.advance(60_000);
  t.is(runs.length, 1);
  await start('always', ['exit', '0']);
  posiv.host.task.end({ tag: 'exited', val: 0 });
  await cluster.clock.advance(60_000);
  t.is(runs.length, 2);
});

for (const isLost of [false, true])
  test(`none is made again whose creator on another node has ${isLost ? 'been lost' : 'ended'} meanwhile, unless it is detached`, async (t) => {
    for (const detached of [false, true]) {
      const { cluster, posiv, runs, start } = arena(2);
      await start('always', ['exit', '0'], { node: '1', detached });
      await cluster.clock.advance(1);
      t.is(runs.length, 1);
      if (isLost) cluster.lose(0);
      else posiv.host.task.end({ tag: 'exited', val: 0 });
      await cluster.clock.advance(60_000);
      t.is(runs.length, detached ? 6 : 1);
      const found = await cluster.kernels[1]!.durables.names.find('default', 'one');
      t.is(!found.ok && found.error.tag, 'no-such-task');
    }
  });

for (const node of ['0', '1'])
  test(`one whose creator ends while it is made again on node ${node} ends`, async (t) => {
    const { cluster, posiv, start } = arena(2);
    await start('always', ['serve'], { node });
    const kernel = cluster.kernels[Number(node)]!;
    const { create } = kernel;
    let made = 0;
    kernel.create = (creation) => {
      made += 1;
      if (made === 1) posiv.host.task.end({ tag: 'exited', val: 0 });
      return create.call(kernel, creation);
    };
    cluster.loseLane.at(-1)!();
    await cluster.clock.advance(60_000);
    t.is(made, 1);
    t.is(kernel.table.living, 0);
    const found = await kernel.durables.names.find('default', 'one');
    t.is(!found.ok && found.error.tag, 'no-such-task');
  });

test('a restart without a name is refused', async (t) => {
  const { posiv } = arena();
  const options: Options = { ...DEFAULT_OPTIONS, restart: 'always' };
  const made = await posiv.vtask.new(undefined, '/program', ['serve'], options);
  t.is(!made.ok && made.error.tag, 'refused');
});
