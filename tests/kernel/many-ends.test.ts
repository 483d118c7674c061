import test from 'ava';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';

/** More than a node remembers of those that have ended. */
const MANY = 2_500;

/** Makes as many vTasks as its cmd says, and stays. */
const maker: Program = {
  async run({ ipc, vtask }, [count]) {
    for (let made = 0; made < Number(count); made += 1) {
      const vtid = good(await vtask.new(undefined, '/maker', ['0'], undefined));
      good(await vtask.sched(vtid));
    }
    await ipc.registerRpc('echo');
    return ok(0);
  },
  handlers: () => ({ onRpc: ({ args }) => ({ tag: 'reply', val: args }) }),
};

async function start(posiv: Posiv, count: number): Promise<string> {
  const vtid = good(await posiv.vtask.new(undefined, '/maker', [String(count)], undefined));
  good(await posiv.vtask.sched(vtid));
  good(await posiv.ipc.rpc(vtid, 'echo', 60_000, Uint8Array.of(1)));
  return vtid;
}

test('a kill comes to its end, whatever number ends with it, and its victim is remembered until then', async (t) => {
  const cluster = new KernelCluster(1, { '/maker': maker }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  const vtid = await start(posiv, MANY);
  t.is(cluster.first.table.heldBy('default').vtasks, MANY + 1);
  good(await posiv.vtask.kill(vtid));
  t.is(cluster.first.table.heldBy('default').vtasks, 0);
  good(await posiv.ipc.rpc(await start(posiv, 1), 'echo', 1_000, Uint8Array.of(1)));
});

test('a kill of what is being killed comes to its end no sooner than the first', async (t) => {
  const cluster = new KernelCluster(1, { '/maker': maker }, 1);
  const kernel = cluster.first;
  const posiv = posivOf(kernel.sessions.open('default', ['posiv:kernel']).host);
  const vtask = kernel.table.get(await start(posiv, 0))!;
  const ends = [1, 2].map(async () => {
    await kernel.end(vtask, { tag: 'killed' });
    return vtask.confirmed;
  });
  t.false(vtask.confirmed);
  t.deepEqual(await Promise.all(ends), [true, true]);
});

test('those that have ended are forgotten in time', async (t) => {
  const cluster = new KernelCluster(1, { '/maker': maker }, 1);
  const posiv = posivOf(cluster.first.sessions.open('default', ['posiv:kernel']).host);
  for (let time = 0; time < 3; time += 1) good(await posiv.vtask.kill(await start(posiv, 1_000)));
  await cluster.clock.advance(1_000);
  const left = [...cluster.first.table.values()].length;
  t.true(left > 1_000 && left <= 2_002, `${left}`);
});
