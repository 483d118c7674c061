// What is said of vTasks whose node is lost, or has started again, on every node that is asked.
import test from 'ava';
import { birthLife, birthNode, mintVtid } from '#kernel/vtid.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Posiv, type Program } from '#tests/support/kernel-cluster.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { bad, good } from '#tests/support/results.ts';
import { allAre, answersOf } from '#tests/support/stale-vtid.ts';
import { systemRandom } from '#kernel/system-random.ts';

const NODES = [0, 1, 2] as const;
const LOST = { ...allAre('task-died'), watch: 'ok' };

/** A vTask on the second of three nodes, and a program outside on each. */
async function scene() {
  const asked: string[] = [];
  const echo: Program = {
    async run({ ipc }) {
      await ipc.registerRpc('echo');
      await ipc.registerMsg('echo');
      return ok(0);
    },
    handlers: () => ({
      onRpc({ caller, args }) {
        asked.push(caller);
        return { tag: 'reply', val: args };
      },
    }),
  };
  const cluster = new KernelCluster(3, { '/echo': echo }, 1);
  const outside = (at: number, tenant = 'default'): Posiv =>
    posivOf(cluster.kernels[at]!.sessions.open(tenant, ['posiv:kernel']).host);
  const start = async (posiv: Posiv): Promise<string> => {
    const options = { ...DEFAULT_OPTIONS, node: '1' };
    const vtid = good(await posiv.vtask.new(undefined, '/echo', [], options));
    good(await posiv.vtask.sched(vtid));
    good(await posiv.ipc.rpc(vtid, 'echo', 1_000, new Uint8Array()));
    return vtid;
  };
  const vtid = await start(outside(0));
  return { cluster, asked, outside, start, vtid };
}

/** One that there never was, of the same life of the same node. */
function madeUpLike(vtid: string): string {
  return mintVtid({ self: birthNode(vtid)!, incarnation: birthLife(vtid) }, systemRandom);
}

test('a vTask of a node that is lost has died for those who know that, and is unreachable for those who do not', async (t) => {
  const { cluster, outside, vtid } = await scene();
  const [knows, doesNot] = [outside(0), outside(2)];
  cluster.isolate(1);
  t.deepEqual(await answersOf(knows, vtid), allAre('unreachable'));
  cluster.lose(1, [0]);
  t.deepEqual(await answersOf(knows, vtid), LOST);
  t.deepEqual(await answersOf(doesNot, vtid), allAre('unreachable'));
});

test('a vTask of an earlier life of a node has died, on every node and that one itself', async (t) => {
  const { cluster, outside, start, vtid } = await scene();
  await cluster.startAgain(1);
  for (const at of NODES) t.deepEqual(await answersOf(outside(at), vtid), LOST, `node ${at}`);
  const now = await start(outside(0));
  t.is(birthLife(now), birthLife(vtid) + 1);
  for (const at of NODES) {
    good(await outside(at).ipc.rpc(now, 'echo', 1_000, new Uint8Array()));
    t.deepEqual(await answersOf(outside(at), madeUpLike(now)), allAre('no-such-task'));
  }
});

test('the birth node says that it has died of an earlier life, also to one who has not heard of that', async (t) => {
  const { cluster, outside, vtid } = await scene();
  await cluster.startAgain(1);
  const { peers } = cluster.first.components;
  t.true(peers.isLost(birthNode(vtid)!, birthLife(vtid)));
  Object.defineProperty(peers, 'isLost', { value: () => false });
  t.deepEqual(await answersOf(outside(0), vtid), LOST);
});

test('a request to a node that is lost is not sent, though there is a connection', async (t) => {
  const { cluster, asked, outside, vtid } = await scene();
  asked.length = 0;
  cluster.lose(1, [0]);
  const posiv = outside(0);
  t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 1_000, new Uint8Array())), 'task-died');
  await settled();
  t.deepEqual(asked, []);
});

test('what is said of a vTask that is lost is said of one that there never was, and to every tenant', async (t) => {
  const { cluster, outside, vtid } = await scene();
  const stranger = outside(0, 'stranger');
  t.deepEqual(await answersOf(stranger, vtid), allAre('no-such-task'));
  await cluster.startAgain(1);
  for (const posiv of [stranger, outside(0)])
    for (const each of [vtid, madeUpLike(vtid)]) t.deepEqual(await answersOf(posiv, each), LOST);
});

test('a watch for the death of a lost vTask fires at once, and one for its start or exit is over', async (t) => {
  const { cluster, outside, vtid } = await scene();
  await cluster.startAgain(1);
  const posiv = outside(0);
  good(await posiv.monitor.onStart(vtid));
  good(await posiv.monitor.onExit(vtid));
  const watch = good(await posiv.monitor.onDie(vtid));
  t.deepEqual(good(await posiv.ipc.receive(1_000)), {
    tag: 'notice',
    val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  t.is(cluster.first.watchers.countOf(posiv.self), 0);
  t.is(posiv.host.task.watches, 0);
});
