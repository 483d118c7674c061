// A node that was taken out of the cluster for good: nobody waits for it.
import test from 'ava';
import { encode } from 'cborg';
import { ALWAYS, IMAGE, next, start } from '#tests/support/durable-guests.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { echoes } from './guests/echoes.ts';

test('a cluster of two takes no writes while one is away, until that one is revoked', async (t) => {
  await using cluster = await RealCluster.start(2);
  const client = await cluster.connect(0);
  const bytes = new TextEncoder().encode('kept');
  await upload(client, '/before', bytes);
  await cluster.kill(1);
  const { id } = cluster.nodes[1]!;
  await until(
    () => client.nodes.list(),
    (all) => !all.some((node) => node.id === id && node.connected),
  );
  const writer = good(await client.blobs.create('durable'));
  const appended = await client.blobs.append(writer, bytes);
  t.is(bad(appended.ok ? await client.blobs.seal(writer) : appended), 'unreachable');
  t.deepEqual(good(await client.admission.revokeNode(id, false)), [id]);
  await upload(client, '/after', bytes);
  const listed = good(await client.files.list('/', undefined));
  t.deepEqual(
    listed.map(({ path }) => path),
    ['/after', '/before'],
  );
  await client.close();
});

test('of two nodes one that is revoked is lost: who watched hears of it, and what must run runs on the other', async (t) => {
  await using cluster = await RealCluster.start(2);
  const posiv = await cluster.connect(0);
  await upload(posiv, IMAGE, await echoes());
  const { id } = cluster.nodes[1]!;
  const vtid = await start(posiv, 'service', { ...ALWAYS, near: [id] });
  t.is(good(await posiv.vtask.info(vtid)).node, id);
  const watch = good(await posiv.monitor.onDie(vtid));
  await cluster.kill(1);
  await until(
    () => posiv.vtask.info(vtid),
    (found) => bad(found) === 'unreachable',
  );
  t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  good(await posiv.admission.revokeNode(id, false));
  t.deepEqual(good(await posiv.ipc.receive(60_000)), {
    tag: 'notice',
    val: { watch, vtid, change: { tag: 'died', val: { tag: 'node-lost' } } },
  });
  const again = await next(posiv, 'service', vtid);
  good(await posiv.ipc.rpc(again, 'echo', 20_000, encode(1)));
  t.is(bad(await posiv.vtask.info(vtid)), 'task-died');
  await posiv.close();
});
