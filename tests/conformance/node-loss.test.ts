import test from 'ava';
import { encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

test('a node that is killed is unreachable at once, and its vTasks are lost to who watches them', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  const entry = fileURLToPath(new URL('guests/answers.ts', import.meta.url));
  await upload(
    posiv,
    '/images/answers',
    await buildTypescriptGuest({ entry }, { cacheDir: CACHE }),
  );
  const options = {
    ...DEFAULT_OPTIONS,
    node: 'b',
  };
  const vtid = good(await posiv.vtask.new(undefined, '/images/answers', [], options));
  good(await posiv.vtask.sched(vtid));
  good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));
  const watch = good(await posiv.monitor.onDie(vtid));
  const waiting = posiv.ipc.rpc(vtid, 'never', 60_000, encode(1));

  cluster.nodes[1]!.process.kill('SIGKILL');
  t.is(bad(await waiting), 'unreachable');
  t.is(bad(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1))), 'unreachable');
  t.is(bad(await posiv.ipc.msg(vtid, 'go', encode(1), 20_000)), 'unreachable');
  t.is(bad(await posiv.vtask.kill(vtid)), 'unreachable');
  t.is(bad(await posiv.vtask.sched(vtid)), 'unreachable');
  t.is(bad(await posiv.vtask.info(vtid)), 'unreachable');
  t.is(bad(await posiv.monitor.onDie(vtid)), 'unreachable');
  t.is(bad(await posiv.vtask.new(undefined, '/images/answers', [], options)), 'unreachable');
  t.deepEqual(good(await posiv.ipc.receive(20_000)), {
    tag: 'notice',
    val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  await posiv.close();
});
