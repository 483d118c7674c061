import { join } from 'node:path';
import test from 'ava';
import { encode } from 'cborg';
import type { DrainProgress } from '#posiv-wit/generated/admin.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { eventually, vstar } from '#tests/cli/vstar-process.ts';
import { ALWAYS, IMAGE, next, start } from '#tests/support/durable-guests.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { allAre, answersOf } from '#tests/support/stale-vtid.ts';
import { until } from '#tests/support/until.ts';
import { echoes } from './guests/echoes.ts';

const PATIENCE_MS = 60_000;

test('a node that is drained takes none, gives away what must run, and ends the rest by its deadline', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  await upload(posiv, IMAGE, await echoes());
  const onB = cluster.nodes[1]!.id;
  const options = { ...DEFAULT_OPTIONS, detached: true, near: [onB] };
  const service = await start(posiv, 'service', { ...ALWAYS, near: [onB] });
  const passing = await start(posiv, undefined, options);
  const watch = good(await posiv.monitor.onDie(service));
  const progress = async (): Promise<object> => good(await posiv.draining.progress('b'));
  t.like(await progress(), { draining: false, moving: 1, ending: 1 });

  good(await posiv.draining.drain('b', PATIENCE_MS));
  const again = await next(posiv, 'service', service);
  t.is(good(await posiv.vtask.info(again)).node, cluster.nodes[0]!.id);
  good(await posiv.ipc.rpc(again, 'echo', 20_000, encode(1)));
  t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
    tag: 'notice',
    val: { watch, vtid: service, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  good(await posiv.ipc.rpc(passing, 'echo', 20_000, encode(1)));
  t.like(await progress(), { draining: true, moving: 0, ending: 1 });
  t.is(bad(await posiv.vtask.new(undefined, IMAGE, [], { ...options, node: 'b' })), 'refused');
  const elsewhere = await start(posiv, undefined, options);
  t.is(good(await posiv.vtask.info(elsewhere)).node, cluster.nodes[0]!.id);

  const end = good(await posiv.monitor.onDie(passing));
  good(await posiv.draining.drain('b', 0));
  t.deepEqual(good(await posiv.ipc.receive(PATIENCE_MS)), {
    tag: 'notice',
    val: { watch: end, vtid: passing, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  t.deepEqual(await progress(), {
    draining: true,
    moving: 0,
    refused: 0,
    reason: '',
    bound: 0,
    ending: 0,
    remainingMs: 0,
  });

  await cluster.restart(1);
  const back = await cluster.connect(1);
  t.true((await back.nodes.list()).find(({ id }) => id === onB)!.draining);
  good(await back.draining.undrain(onB));
  const own = { ...DEFAULT_OPTIONS, detached: true, node: onB };
  await start(back, undefined, own);
  t.is(bad(await posiv.draining.drain('nobody', 0)), 'refused');
  await cluster.kill(1);
  const gone = await until(
    () => posiv.draining.progress('b'),
    (each) => !each.ok,
  );
  t.is(bad(gone), 'unreachable');
  t.is(bad(await posiv.draining.drain('b', 0)), 'unreachable');
  t.is(bad(await posiv.draining.undrain('b')), 'unreachable');
  await back.close();
  await posiv.close();
});

test('who has the vtid of a vTask that was moved off hears that it has ended, and finds the one that goes on by its name', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  await upload(posiv, IMAGE, await echoes());
  const onB = cluster.nodes[1]!.id;
  const old = await start(posiv, 'service', { ...ALWAYS, near: [onB] });
  good(await posiv.draining.drain('b', PATIENCE_MS));
  const now = await next(posiv, 'service', old);
  // What it said, and how it ended, is told still; nothing that is for it goes to the other.
  t.deepEqual(await answersOf(posiv, old), {
    ...allAre('task-died'),
    info: 'ok',
    log: 'ok',
    watch: 'ok',
    kill: 'ok',
  });
  t.like(good(await posiv.vtask.info(old)), { node: onB, reason: { tag: 'node-lost' } });
  const notice = good(await posiv.ipc.receive(PATIENCE_MS));
  t.like(notice.val, { vtid: old, change: { tag: 'died', val: { tag: 'node-lost' } } });
  t.is(good(await posiv.vtask.find('service')), now);
  good(await posiv.ipc.rpc(now, 'echo', PATIENCE_MS, encode(1)));

  const data = ['--data', join(cluster.folder, 'b')];
  const logs = await vstar(['logs', 'service', ...data]);
  t.is(logs.status, 0, logs.stderr);
  const killed = await vstar(['kill', 'service', ...data]); // at the node that it has left
  t.is(killed.status, 0, killed.stderr);
  t.is(bad(await posiv.ipc.rpc(now, 'echo', PATIENCE_MS, encode(1))), 'task-died');
  t.is(bad(await posiv.vtask.find('service')), 'no-such-task');
  await posiv.close();
});

test('what has nowhere to go stays until there is another node', async (t) => {
  await using cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  await upload(posiv, IMAGE, await echoes());
  const service = await start(posiv, 'service', ALWAYS);
  good(await posiv.draining.drain('a', 0));
  t.is(bad(await posiv.vtask.new(undefined, IMAGE, [], ALWAYS)), 'refused');
  good(await posiv.ipc.rpc(service, 'echo', 20_000, encode(1)));
  t.like(good(await posiv.draining.progress('a')), { draining: true, moving: 1 });
  const other = await cluster.add('b');
  const again = await next(posiv, 'service', service);
  t.is(good(await posiv.vtask.info(again)).node, other.id);
  await posiv.close();
});

test('what no other node would take goes on, and who drains is told why', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  await upload(posiv, IMAGE, await echoes());
  const onB = cluster.nodes[1]!.id;
  const service = await start(posiv, 'service', { ...ALWAYS, near: [onB] });
  good(await posiv.files.delete(IMAGE)); // so that nobody else can make it
  good(await posiv.draining.drain('b', 0));
  const progress = async (): Promise<DrainProgress> => good(await posiv.draining.progress('b'));
  let seen = await progress();
  await eventually(async () => (seen = await progress()).refused > 0);
  t.like(seen, { draining: true, moving: 1, refused: 1, ending: 0 });
  t.regex(seen.reason, /^refused: the image .* cannot be read/);
  good(await posiv.ipc.rpc(service, 'echo', 20_000, encode(1)));

  await upload(posiv, IMAGE, await echoes());
  const again = await next(posiv, 'service', service);
  t.is(good(await posiv.vtask.info(again)).node, cluster.nodes[0]!.id);
  await posiv.close();
});

test('what must be on the node that is drained has until the deadline, and is there again when that is undone', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect();
  await upload(posiv, IMAGE, await echoes());
  const node = cluster.nodes[1]!.id;
  const service = await start(posiv, 'service', { ...ALWAYS, node });
  good(await posiv.draining.drain('b', PATIENCE_MS));
  t.like(good(await posiv.draining.progress('b')), { moving: 0, bound: 0, ending: 1 });
  good(await posiv.ipc.rpc(service, 'echo', 20_000, encode(1)));
  good(await posiv.draining.drain('b', 0));
  let seen = good(await posiv.draining.progress('b'));
  await eventually(async () => (seen = good(await posiv.draining.progress('b'))).bound > 0);
  t.like(seen, { moving: 0, bound: 1, ending: 0 });
  good(await posiv.draining.undrain('b'));
  const again = await next(posiv, 'service', service);
  t.is(good(await posiv.vtask.info(again)).node, node);
  await posiv.close();
});
