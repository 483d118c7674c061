// Many machines at once, and more than there may be. Nobody runs them: what decides about them is real, on a real node.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { MachineMaster } from '#cli/machine/master.ts';
import { countedAsks } from '#tests/support/counted-asks.ts';
import { storeTinyTemplate } from '#tests/support/tiny-template.ts';
import { Cluster } from '../../../bench/cluster/cluster.ts';

const MEMBER = fileURLToPath(
  new URL('../../../bench/machines/control/simulated-member.ts', import.meta.url),
);
const { signal } = new AbortController();
const MIB = 2 ** 20;
const REQUEST = {
  template: 'tiny',
  shape: { memory: 32 * MIB, processors: 1, disk: 64 * MIB },
  restart: 'never',
  paused: false,
};

test('the master makes a thousand machines at once, refuses more than there may be, and lives', async (t) => {
  t.timeout(600_000);
  await using cluster = await Cluster.start({ nodes: 1, lanes: 2, member: MEMBER });
  const { client } = cluster;
  await storeTinyTemplate(client);
  const master = await MachineMaster.of(client, signal, () => {});
  const create = (name: string, count: number): Promise<unknown> =>
    master.ask('create', { ...REQUEST, name, count });

  await create('m', 1_000);
  for (const count of [1_001, 100_000, 2 ** 40, -1, Number.NaN])
    await t.throwsAsync(create('absurd', count), { message: /refused: count is / });
  let all = await master.list();
  while (all.some(({ state }) => state === 'waiting' || state === 'starting')) {
    await sleep(500);
    all = await master.list();
  }
  t.is(all.length, 1_000);
  t.is(new Set(all.map(({ name }) => name)).size, 1_000);
  t.deepEqual(
    all.filter(({ state }) => state !== 'running'),
    [],
  );

  // Of these nothing is to be made: they only wait to be looked at.
  for (let group = 1; group < 10; group += 1) await create(`g${group}`, 1_000);
  await t.throwsAsync(create('one-more', 1), {
    code: 'machine-refused',
    message: /there are 10000: a tenant has at most 10000 machines/,
  });

  // Who looks at one of them, or at those of a group, is not told of all.
  const { client: counted, asked } = countedAsks(client);
  const looking = await MachineMaster.of(counted, signal, () => {});
  t.like(await looking.find('g9-1000'), { name: 'g9-1000', group: 'g9' });
  await t.throwsAsync(looking.find('g9-1001'), { code: 'no-such-machine' });
  t.deepEqual(asked.splice(0), ['find', 'find']);
  for (const [identity, request] of [
    ['act', { name: 'nobody', action: 'start', node: '' }],
    ['clone', { source: 'nobody', name: 'copy', count: 1 }],
    ['remove', { group: 'nobody' }],
  ] as const)
    await t.throwsAsync(looking.ask(identity, request), {
      code: 'no-such-machine',
      message: 'there is no machine nobody; see vstar machine ls',
    });
  asked.splice(0);
  t.deepEqual(
    (await looking.list({ group: 'g9' })).map(({ name }) => name),
    Array.from({ length: 1_000 }, (_, at) => `g9-${at + 1}`),
  );
  t.deepEqual(await looking.list({ group: 'g10' }), []);
  t.is(asked.length, 6); // 250 at once, none after the last ones, and none of the other
});
