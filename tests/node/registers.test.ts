// Names stand in registers: of three nodes any may be killed, the founder too.
import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { keeperOf } from '#services/vstore/rendezvous.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const entry = fileURLToPath(new URL('../conformance/guests/answers.ts', import.meta.url));

/** A path that another node than this one keeps. */
function keptWithout(cluster: RealCluster, lost: number): string {
  const ids = cluster.nodes.map(({ id }) => id);
  const paths = Array.from({ length: 99 }, (_, at) => `/images/without-${lost}-${at}`);
  return paths.find((path) => keeperOf(path, ids) !== ids[lost])!;
}

test('names outlive any one of three nodes that is killed, and are found by it when it is back', async (t) => {
  await using cluster = await RealCluster.start(3);
  const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
  for (const lost of [0, 1, 2]) {
    const clients = await Promise.all([0, 1, 2].map((at) => cluster.connect(at)));
    await cluster.untilSafe();
    const [one, other] = clients.filter((_, at) => at !== lost);
    const path = keptWithout(cluster, lost);
    await upload(one!, path, image);
    const node = cluster.nodes[lost === 0 ? 1 : 0]!.name;
    const options = { ...DEFAULT_OPTIONS, node, detached: true };
    const before = good(await one!.vtask.new(`before-${lost}`, path, [], options));
    const doomed = { ...options, node: cluster.nodes[lost]!.name };
    good(await one!.vtask.new(`lost-${lost}`, path, [], doomed));
    await cluster.kill(lost);
    t.is(good(await other!.vtask.find(`before-${lost}`)), before);
    const after = good(await one!.vtask.new(`after-${lost}`, path, [], options));
    t.is(good(await other!.vtask.find(`after-${lost}`)), after);
    t.is(bad(await other!.vtask.new(`after-${lost}`, path, [], options)), 'refused');
    // Its bearer may still run, as far as anybody can tell, until its node's lease is fenced.
    const claimed = await until(
      () => one!.vtask.new(`lost-${lost}`, path, [], options),
      (each) => each.ok || each.error.tag !== 'unreachable',
    );
    t.is(good(await other!.vtask.find(`lost-${lost}`)), good(claimed));
    await cluster.startAgain(lost);
    const back = await cluster.connect(lost);
    t.is(good(await back.vtask.find(`before-${lost}`)), before);
    t.is(good(await back.vtask.find(`after-${lost}`)), after);
    for (const client of [one!, other!, back]) await client.close();
  }
});

test('a founder whose acceptor lost its log does not found the registers a second time', async (t) => {
  await using cluster = await RealCluster.start(1);
  const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
  const first = await cluster.connect();
  await upload(first, '/images/answers', image);
  good(await first.vtask.new('one', '/images/answers', [], DEFAULT_OPTIONS));
  await cluster.kill(0);
  await rm(join(cluster.folder, 'a', 'acceptor.journal'));
  await cluster.startAgain(0);
  const again = await cluster.connect();
  t.is(bad(await again.vtask.new('one', '/images/answers', [], DEFAULT_OPTIONS)), 'unreachable');
  await again.close();
});

test('what a version with single writers left is removed, and its names are free', async (t) => {
  await using cluster = await RealCluster.start(1);
  await cluster.kill(0);
  const folder = join(cluster.folder, 'a');
  await rename(join(folder, 'acceptor.journal'), join(folder, 'registers.journal'));
  await rm(join(folder, 'registers.json'));
  await cluster.startAgain(0);
  const client = await cluster.connect();
  await upload(
    client,
    '/images/answers',
    await buildTypescriptGuest({ entry }, { cacheDir: CACHE }),
  );
  good(await client.vtask.new('one', '/images/answers', [], DEFAULT_OPTIONS));
  await t.throwsAsync(access(join(folder, 'registers.journal')), { code: 'ENOENT' });
  await client.close();
});
