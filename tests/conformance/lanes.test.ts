import test from 'ava';
import { decode, encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const WAIT_MS = 120_000; // of a cell, at nice 10, on a machine that has much else to do
const SENDERS = 3;
const COUNT = 60;

test('between the lanes of a cell messages and requests of one pair come in order, whatever way they take', async (t) => {
  await using cluster = await RealCluster.start(1, { lanes: 2 });
  const posiv = await cluster.connect();
  for (const name of ['counts', 'sends']) {
    const entry = fileURLToPath(new URL(`guests/${name}.ts`, import.meta.url));
    const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
    await upload(posiv, `/images/${name}`, image);
  }
  const start = async (name: string): Promise<string> => {
    const vtid = good(await posiv.vtask.new(undefined, `/images/${name}`, [], DEFAULT_OPTIONS));
    good(await posiv.vtask.sched(vtid));
    return vtid;
  };
  const target = await start('counts');
  const senders: string[] = [];
  while (senders.length < SENDERS) senders.push(await start('sends'));
  const order = encode({ target, count: COUNT });
  const outcomes = await Promise.all(
    senders.map(async (sender) => posiv.ipc.rpc(sender, 'send', WAIT_MS, order)),
  );
  t.deepEqual(
    outcomes.map((outcome) => decode(good(outcome))),
    senders.map(() => 'in order'),
  );
});
