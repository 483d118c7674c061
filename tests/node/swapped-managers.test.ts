// Managers of real nodes, swapped while they run.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import type { ServiceInstance } from '#posiv-wit/generated/cluster.ts';
import { managerImage } from '#tests/support/manager-image.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';

const LAST = '/images/last';
const BUILT_IN = '0.1.0';

/** What decides on a node that is asked itself. */
async function taskManager(client: PosivClient): Promise<ServiceInstance> {
  const self = (await client.nodes.list()).find(({ standing }) => standing === 'self')!;
  const all = await client.services.list();
  return all.find(({ name, node }) => name === 'task-manager' && node === self.id)!;
}

test('a manager is swapped on a node by way of another, decides there after a restart too, and the built-in one comes back', async (t) => {
  await using cluster = await RealCluster.start(2);
  const a = await cluster.connect(0);
  let b = await cluster.connect(1);
  await upload(a, LAST, await managerImage('tests/fixtures/managers/last.ts', 'task'));
  const version = good(await a.managers.plug('b', 'task', LAST));
  t.regex(version, /^sha256-[0-9a-f]{12}$/);
  t.like(await taskManager(b), { version, state: 'running' });
  t.like(await taskManager(a), { version: BUILT_IN });

  for (const node of ['a', 'b']) {
    const other = '/images/resource';
    await upload(
      a,
      other,
      await managerImage('services/managers/resource/component.ts', 'resource'),
    );
    const refused = await a.managers.plug(node, 'task', other);
    t.is(bad(refused), 'refused');
    t.regex(JSON.stringify(refused), /no task manager: it does not export/);
    t.is(bad(await a.managers.plug(node, 'task', '/images/nothing')), 'refused');
    await upload(a, '/images/text', Buffer.from('no image'));
    t.is(bad(await a.managers.plug(node, 'task', '/images/text')), 'refused');
  }
  t.is(bad(await a.managers.plug('nobody', 'task', LAST)), 'refused');
  t.like(await taskManager(b), { version, state: 'running' });

  await cluster.restart(1);
  b = await cluster.connect(1);
  t.like(await taskManager(b), { version, state: 'running' });
  good(await b.managers.unplug('b', 'task'));
  t.like(await taskManager(b), { version: BUILT_IN });
  await cluster.restart(1);
  b = await cluster.connect(1);
  t.like(await taskManager(b), { version: BUILT_IN });

  await cluster.kill(1);
  await t.notThrowsAsync(
    until(
      async () => bad(await a.managers.unplug('b', 'task')),
      (code) => code === 'unreachable',
    ),
  );
  await a.close();
});

test('a node whose kept manager is damaged starts, and the built-in strategy decides', async (t) => {
  await using cluster = await RealCluster.start(1);
  const client = await cluster.connect();
  await upload(client, LAST, await managerImage('tests/fixtures/managers/last.ts', 'task'));
  good(await client.managers.plug('a', 'task', LAST));
  await client.close();
  await cluster.kill(0);
  await writeFile(join(cluster.folder, 'a', 'manager-task.wasm'), 'damaged');
  await cluster.startAgain(0);
  const again = await cluster.connect();
  t.like(await taskManager(again), { version: BUILT_IN, state: 'running' });
  await again.close();
});
