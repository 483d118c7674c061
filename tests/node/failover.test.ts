// Durable vTasks of a node that is killed, stopped or started again: real processes, real signals.
import test from 'ava';
import { encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { ALWAYS, IMAGE, next, start } from '#tests/support/durable-guests.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { allAre, answersOf } from '#tests/support/stale-vtid.ts';
import { echoes } from './guests/echoes.ts';

const PATIENCE_MS = 60_000;

/** A watch is set, and fires at once. */
const LOST = { ...allAre('task-died'), watch: 'ok' };

const noticeOf = (vtid: string) => ({
  tag: 'notice',
  val: { vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
});

const uploadEchoes = async (posiv: PosivClient): Promise<void> =>
  upload(posiv, IMAGE, await echoes());

test('what must run of a killed node runs elsewhere under its name, and who watched hears once that it was lost', async (t) => {
  await using cluster = await RealCluster.start(3);
  await cluster.untilSafe();
  const posiv = await cluster.connect();
  await uploadEchoes(posiv);
  const onB = cluster.nodes[1]!.id;
  const named = { ...ALWAYS, near: [onB] };
  const vtids = await Promise.all(
    Array.from({ length: 20 }, (_, at) => start(posiv, `service-${at}`, named)),
  );
  const pinned = await start(posiv, 'pinned', { ...ALWAYS, node: onB });
  await start(posiv, 'passing', { ...DEFAULT_OPTIONS, detached: true, node: onB });
  const watch = good(await posiv.monitor.onDie(vtids[0]!));
  t.is(good(await posiv.vtask.info(vtids[0]!)).node, onB);

  await cluster.kill(1);
  for (const [at, vtid] of vtids.entries()) {
    const again = await next(posiv, `service-${at}`, vtid);
    t.not(again, vtid);
    good(await posiv.ipc.rpc(again, 'echo', 20_000, encode(1)));
    t.not(good(await posiv.vtask.info(again)).node, onB);
    t.is(bad(await posiv.vtask.new(`service-${at}`, IMAGE, [], ALWAYS)), 'refused');
  }
  t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
    tag: 'notice',
    val: { watch, vtid: vtids[0]!, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  // Of the lost one it is known that it has died, and what is for it goes to no other.
  t.deepEqual(await answersOf(posiv, vtids[0]!), LOST);
  t.like(good(await posiv.ipc.receive(0)), noticeOf(vtids[0]!));
  t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  const service = good(await posiv.vtask.find('service-0'));
  good(await posiv.ipc.rpc(service, 'echo', 20_000, encode(1)));
  t.is(bad(await posiv.vtask.find('passing')), 'no-such-task');
  t.is(bad(await posiv.vtask.find('pinned')), 'unreachable');
  t.is(bad(await posiv.vtask.new('pinned', IMAGE, [], ALWAYS)), 'refused');

  await cluster.startAgain(1);
  const back = await next(posiv, 'pinned', pinned);
  t.is(good(await posiv.vtask.info(back)).node, onB);
  for (const at of [0, 1, 2]) {
    const client = await cluster.connect(at);
    t.deepEqual(await answersOf(client, vtids[0]!), LOST, `at node ${at}`);
    t.like(good(await client.ipc.receive(0)), noticeOf(vtids[0]!));
    await client.close();
  }
  t.is(good(await posiv.vtask.find('service-0')), service);
  good(await posiv.ipc.rpc(service, 'echo', 20_000, encode(1)));
  good(await posiv.vtask.kill(back));
  t.is(bad(await posiv.vtask.find('pinned')), 'no-such-task');
  await posiv.close();
});

test('what must run on a node that has no other runs again once the node has started again', async (t) => {
  await using cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  await uploadEchoes(posiv);
  const killed = await start(posiv, 'killed', ALWAYS);
  const stopped = await start(posiv, 'stopped', ALWAYS);
  good(await posiv.vtask.kill(killed));
  await posiv.close();
  await cluster.restart(0);
  const second = await cluster.connect();
  const again = await next(second, 'stopped', stopped);
  good(await second.ipc.rpc(again, 'echo', 20_000, encode(1)));
  t.is(bad(await second.vtask.find('killed')), 'no-such-task');
  await second.close();
  await cluster.kill(0);
  await cluster.startAgain(0);
  const third = await cluster.connect();
  t.not(await next(third, 'stopped', again), stopped);
  await third.close();
});
