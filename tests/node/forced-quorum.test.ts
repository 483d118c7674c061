// More than half of the acceptors are gone: real nodes, killed, and the real command line.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { vstar } from '#tests/cli/vstar-process.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const IMAGE = '/images/answers';
const entry = fileURLToPath(new URL('../conformance/guests/answers.ts', import.meta.url));

async function untilThreeAcceptors(client: PosivClient): Promise<void> {
  await until(
    () => client.registers.info(),
    ({ keepers }) => keepers.length === 3 && keepers.every(({ reachable }) => reachable),
  );
}

/** Resolves once a node sees these others as not connected. */
async function untilAlone(client: PosivClient): Promise<void> {
  await until(
    () => client.registers.info(),
    ({ keepers }) => keepers.filter(({ reachable }) => reachable).length <= 1,
  );
}

test('with two of three acceptors gone for good a person forces a quorum: names and paths go on, and who comes back undoes nothing', async (t) => {
  await using cluster = await RealCluster.start(3);
  const client = await cluster.connect(0);
  await untilThreeAcceptors(client);
  await upload(client, IMAGE, await buildTypescriptGuest({ entry }, { cacheDir: CACHE }));
  const options = { ...DEFAULT_OPTIONS, detached: true, node: cluster.nodes[0]!.name };
  const vtid = good(await client.vtask.new('stays', IMAGE, [], options));
  const data = join(cluster.folder, 'a');
  const early = await vstar(['cluster', 'force-quorum', '--yes', '--data', data]);
  t.is(early.status, 5);
  t.regex(early.stderr, /3 of 3 acceptors can be reached/);

  await cluster.kill(1);
  await cluster.kill(2);
  await untilAlone(client);
  t.is(bad(await client.vtask.find('stays')), 'unreachable');
  const asked = await vstar(['cluster', 'force-quorum', '--data', data]);
  t.is(asked.status, 2);
  t.regex(asked.stderr, /go on without (b, c|c, b)\.[^]*LOST/);
  const forced = await vstar(['cluster', 'force-quorum', '--yes', '--data', data, '--json']);
  t.is(forced.status, 0, forced.stderr);
  const { lost, restored } = JSON.parse(forced.stdout) as { lost: string[]; restored: number };
  t.deepEqual(lost.toSorted(), [cluster.nodes[1]!.id, cluster.nodes[2]!.id].toSorted());
  t.is(restored, 0);
  t.is(good(await client.vtask.find('stays')), vtid);
  t.is(good(await client.files.stat(IMAGE)).path, IMAGE);
  good(await client.vtask.new('after', IMAGE, [], options));

  await cluster.startAgain(1);
  await cluster.startAgain(2);
  await untilThreeAcceptors(client);
  const back = await cluster.connect(2);
  t.is(good(await back.vtask.find('stays')), vtid);
  good(await back.vtask.find('after'));
  t.regex(
    (await vstar(['cluster', 'registers', '--data', data])).stdout,
    /kept by \d acceptors, epoch/,
  );
  for (const each of [client, back]) await each.close();
});

test('of registers that nobody has any more those of paths are restored from the index, with what they stand for', async (t) => {
  await using cluster = await RealCluster.start(2);
  const first = await cluster.connect(0);
  const versions = ['one', 'two', 'three'].map((text) => new TextEncoder().encode(text));
  for (const version of versions) await upload(first, '/data', version);
  const { blob } = good(await first.files.stat('/data'));
  await first.close();
  await cluster.kill(0); // the only acceptor of two nodes
  const second = await cluster.connect(1);
  await until(
    () => second.registers.info(),
    ({ keepers }) => !keepers.some(({ reachable }) => reachable),
  );
  t.is(bad(await second.files.stat('/data')), 'unreachable');
  const forced = good(await second.registers.forceQuorum());
  t.deepEqual([forced.lost, forced.restored], [[cluster.nodes[0]!.id], 1]);
  t.is(good(await second.files.stat('/data')).blob, blob);
  await rm(join(cluster.folder, 'a', 'acceptor.journal')); // whether or not its log is there
  await cluster.startAgain(0);
  const back = await cluster.connect(0);
  const found = await until(
    () => back.files.stat('/data'),
    (each) => each.ok || each.error.tag !== 'unreachable',
  );
  t.is(good(found).blob, blob);
  await upload(back, '/data', versions[0]!);
  t.is(good(await second.files.stat('/data')).size, versions[0]!.length);
  for (const each of [second, back]) await each.close();
});
