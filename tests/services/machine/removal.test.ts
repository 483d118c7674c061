// Machines that are removed together. Nobody runs them: what decides about them is real, on a real node.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { DONE_WITHIN_MS, MachineMaster } from '#cli/machine/master.ts';
import { good } from '#tests/support/results.ts';
import { storeTinyTemplate } from '#tests/support/tiny-template.ts';
import { until } from '#tests/support/until.ts';
import { Cluster } from '../../../bench/cluster/cluster.ts';

const MEMBER = fileURLToPath(
  new URL('../../../bench/machines/control/simulated-member.ts', import.meta.url),
);
const { signal } = new AbortController();
const MIB = 2 ** 20;
const SHAPE = { memory: 32 * MIB, processors: 1, disk: 64 * MIB };
const WISH = { template: 'tiny', shape: SHAPE, restart: 'never', paused: false };

/** The cells of a node. */
function childrenOf(pid: number): number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return pids.trim().split(' ').filter(Boolean).map(Number);
}

interface Answer {
  readonly machines: readonly { readonly name: string; readonly state: string }[];
}

test('what one request removes is written once, and its names are free then', async (t) => {
  t.timeout(300_000);
  await using cluster = await Cluster.start({ nodes: 1, lanes: 2, member: MEMBER });
  const { client } = cluster;
  await storeTinyTemplate(client);
  const master = await MachineMaster.of(client, signal, () => {});
  const create = async (name: string, count: number): Promise<void> => {
    await master.ask('create', { ...WISH, name, count });
    const isRunning = ({ state }: { state: string }): boolean => state === 'running';
    await until(
      () => master.list({ group: name }),
      (all) => all.every(isRunning),
    );
  };
  const remove = async (request: object): Promise<Answer['machines']> =>
    (await master.ask<Answer>('remove', request, DONE_WITHIN_MS)).machines;
  const pathsOf = async (): Promise<string[]> =>
    good(await client.files.list('/machines/', undefined)).map(({ path }) => path);
  const held = async (): Promise<number> => (await client.hosts.list())[0]!.machines;

  await create('a', 20);
  await create('b', 2);
  const names = Array.from({ length: 18 }, (_, at) => `a-${at + 1}`);
  const some = await remove({ names: [...names, 'nobody', 'b-1', 'a-1'] });
  t.deepEqual(
    some.map(({ name, state }) => `${name} ${state}`),
    [...names.map((name) => `${name} removed`), 'nobody failed', 'b-1 removed'],
  );
  t.like(some[18], { error: 'no-such-machine: nobody' });
  t.deepEqual(
    (await master.list()).map(({ name }) => name),
    ['a-19', 'a-20', 'b-2'],
  );
  t.is(await held(), 3);
  // Nothing of each of them.
  t.deepEqual(await pathsOf(), [
    '/machines/groups/a',
    '/machines/groups/b',
    '/machines/removed/a',
    '/machines/removed/b',
  ]);

  await create('a-1', 1);
  await t.throwsAsync(create('a', 1), { message: /there is a machine a already/ });
  t.deepEqual(await remove({ names: ['a-2'] }), [
    { name: 'a-2', state: 'failed', error: 'no-such-machine: a-2' },
  ]);
  for (const group of ['a', 'b', 'a-1'])
    t.true((await remove({ group })).every(({ state }) => state === 'removed'));
  t.deepEqual(await pathsOf(), []);
  t.is(await held(), 0);

  // Whoever comes after it does not take the new ones for those that were removed.
  await create('a', 3);
  await remove({ names: ['a-1'] });
  await create('a-1', 1);
  for (const pid of childrenOf(cluster.pids[0]!)) process.kill(pid, 'SIGKILL');
  const next = await until(
    () =>
      MachineMaster.of(client, signal, () => {})
        .then((each) => each.list())
        .catch(() => []),
    (all) => all.length > 0,
  );
  t.deepEqual(
    next.map(({ name }) => name),
    ['a-2', 'a-3', 'a-1'],
  );
});
