import test from 'ava';
import { encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { Info } from '#posiv-wit/generated/kernel.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

test('a vTask that computes without end holds nobody up, and is killed alone', async (t) => {
  await using cluster = await RealCluster.start(1, { lanes: 1 });
  const posiv = await cluster.connect();
  for (const name of ['spins', 'answers']) {
    const entry = fileURLToPath(new URL(`guests/${name}.ts`, import.meta.url));
    const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
    await upload(posiv, `/images/${name}`, image);
  }
  const start = async (name: string): Promise<string> => {
    const vtid = good(await posiv.vtask.new(undefined, `/images/${name}`, [], DEFAULT_OPTIONS));
    good(await posiv.vtask.sched(vtid));
    return vtid;
  };
  const spins = await start('spins');
  const neighbours = [await start('answers'), await start('answers')];
  t.is(bad(await posiv.ipc.rpc(spins, 'spin', 200, encode(1))), 'timeout');
  for (const vtid of neighbours) good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));

  good(await posiv.vtask.kill(spins));

  const reason = async (vtid: string): Promise<Info['reason']> =>
    good(await posiv.vtask.info(vtid)).reason;
  t.deepEqual(await reason(spins), { tag: 'killed' });
  for (const vtid of neighbours) {
    t.is(await reason(vtid), undefined);
    good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));
  }
  await posiv.close();
});
