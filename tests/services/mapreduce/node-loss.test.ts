// A node that is unplugged in the middle of a job takes its vTasks and their scratch blobs with it.
import test from 'ava';
import { decode, encode } from 'cborg';
import { keeperOf } from '#services/vstore/rendezvous.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import type { JobResult, Progress } from '../../../services/mapreduce/guests/job.ts';
import { shippedImage } from './support/images.ts';
import { referenceCount } from './support/reference-count.ts';
import { mobyDick } from './support/texts.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster'];
const PATIENCE_MS = 90_000; // a silent node is waited for before it is given up

/** A path that the last node does not keep: what it keeps cannot be bound without it. */
function keptElsewhere({ nodes }: RealCluster): string {
  const ids = nodes.map(({ id }) => id);
  const paths = Array.from({ length: 100 }, (_, index) => `/out/${index}`);
  return paths.find((path) => keeperOf(path, ids) !== ids.at(-1)) ?? '';
}

test('a node that is unplugged in the middle of a job changes nothing about the result', async (t) => {
  await using cluster = await RealCluster.start(3);
  const posiv = await cluster.connect();
  for (const name of ['mapreduce-master', 'wordcount-map', 'wordcount-reduce'])
    await upload(posiv, `/images/${name}`, await shippedImage(name));
  await upload(posiv, '/moby', mobyDick());
  const output = keptElsewhere(cluster);
  const cmd = [JSON.stringify({ inputs: ['/moby'], output, splitSize: 10_000 })];
  const master = good(
    await posiv.vtask.new(undefined, '/images/mapreduce-master', cmd, {
      ...DEFAULT_OPTIONS,
      node: 'a',
      grants: GRANTS,
    }),
  );
  good(await posiv.vtask.sched(master));
  const ask = async (identity: string): Promise<unknown> =>
    decode(good(await posiv.ipc.rpc(master, identity, PATIENCE_MS, encode(null))));

  const last = cluster.nodes.at(-1);
  for (;;) {
    const { tasks, phase } = (await ask('progress')) as Progress;
    t.is(phase, 'map', 'the node has to go while there is work on it');
    if (tasks.some(({ node, done }) => node === last?.id && done > 0)) break;
  }
  last?.process.kill('SIGKILL');
  const result = (await ask('result')) as JobResult;
  t.is(result.error, null);
  t.true(result.retries > 0);
  const { blob, size } = good(await posiv.files.stat(output));
  const counts = good(await posiv.blobs.read(blob, 0, size));
  t.is(Buffer.compare(counts, referenceCount(mobyDick())), 0);
  await posiv.close();
});
