import test from 'ava';
import { encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import { eventually } from '#tests/cli/vstar-process.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const PATIENCE_MS = 180_000; // of a machine with many processes for each processor
const options = { ...DEFAULT_OPTIONS, node: 'b' };

/** A vTask on node b that has answered. */
async function startAnswers(posiv: PosivClient): Promise<string> {
  const entry = fileURLToPath(new URL('guests/answers.ts', import.meta.url));
  const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
  await upload(posiv, '/images/answers', image);
  const vtid = good(await posiv.vtask.new(undefined, '/images/answers', [], options));
  good(await posiv.vtask.sched(vtid));
  good(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1)));
  return vtid;
}

test.serial(
  'a node that is killed is unreachable at once, and its vTasks are lost to who watches them',
  async (t) => {
    await using cluster = await RealCluster.start(3);
    await cluster.untilSafe();
    const posiv = await cluster.connect();
    const vtid = await startAnswers(posiv);
    const watch = good(await posiv.monitor.onDie(vtid));
    const waiting = posiv.ipc.rpc(vtid, 'never', PATIENCE_MS, encode(1));

    cluster.nodes[1]!.process.kill('SIGKILL');
    t.is(bad(await waiting), 'unreachable');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))), 'unreachable');
    t.is(bad(await posiv.ipc.msg(vtid, 'go', encode(1), PATIENCE_MS)), 'unreachable');
    t.is(bad(await posiv.vtask.kill(vtid)), 'unreachable');
    t.is(bad(await posiv.vtask.sched(vtid)), 'unreachable');
    t.is(bad(await posiv.vtask.info(vtid)), 'unreachable');
    t.is(bad(await posiv.monitor.onDie(vtid)), 'unreachable');
    t.is(bad(await posiv.vtask.new(undefined, '/images/answers', [], options)), 'unreachable');
    t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
      tag: 'notice',
      val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
    });
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))), 'task-died');
    await posiv.close();
  },
);

test.serial(
  'of two nodes the lost one is only unreachable, until it has started again',
  async (t) => {
    await using cluster = await RealCluster.start(2);
    const posiv = await cluster.connect();
    const vtid = await startAnswers(posiv);
    const watch = good(await posiv.monitor.onDie(vtid));
    await cluster.kill(1);
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))), 'unreachable');
    t.is(bad(await posiv.ipc.receive(0)), 'timeout');
    await cluster.startAgain(1);
    t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
      tag: 'notice',
      val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
    });
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))), 'task-died');
    await posiv.close();
  },
);

test.serial(
  'a node that was frozen for longer than its lease is lost, and goes on without what it ran',
  async (t) => {
    await using cluster = await RealCluster.start(3);
    await cluster.untilSafe();
    const posiv = await cluster.connect();
    const vtid = await startAnswers(posiv);
    const watch = good(await posiv.monitor.onDie(vtid));
    const { process: child, id } = cluster.nodes[1]!;
    child.kill('SIGSTOP');
    t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
      tag: 'notice',
      val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
    });
    child.kill('SIGCONT');
    await eventually(async () => {
      const node = (await posiv.nodes.list()).find((each) => each.id === id)!;
      return node.standing === 'up' && node.connected && node.incarnation === 2;
    });
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1))), 'task-died');
    const make = (): ReturnType<PosivClient['vtask']['new']> =>
      posiv.vtask.new(undefined, '/images/answers', [], options);
    let again = await make();
    await eventually(async () => {
      if (again.ok || again.error.tag !== 'unreachable') return true;
      again = await make(); // until it has joined
      return false;
    });
    good(await posiv.vtask.sched(good(again)));
    good(await posiv.ipc.rpc(good(again), 'echo', PATIENCE_MS, encode(1)));
    await posiv.close();
  },
);
