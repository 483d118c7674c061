// A node that was taken out of the cluster for good: nobody waits for it.
import test from 'ava';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';

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
