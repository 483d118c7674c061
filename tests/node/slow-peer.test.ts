// More is sent to a node than it takes: real processes, real signals.
import test from 'ava';
import { RealCluster } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const WITHOUT_END = 0xffff_ffff;
const CALLS = 64;

test('of calls whose answers a node is too slow to take each comes to an end', async (t) => {
  await using cluster = await RealCluster.start(2);
  const answers = await cluster.connect(0);
  const asks = await cluster.connect(1);
  good(await answers.ipc.registerRpc('large'));
  const asked = Array.from({ length: CALLS }, async () =>
    asks.ipc.rpc(answers.vtid, 'large', WITHOUT_END, new Uint8Array()),
  );
  const tokens: number[] = [];
  while (tokens.length < CALLS) {
    const event = good(await answers.ipc.receive(WITHOUT_END));
    if (event.tag === 'request') tokens.push(event.val.token);
  }
  const { process: slow } = cluster.nodes[1]!;
  slow.kill('SIGSTOP');
  const value = new Uint8Array(1 << 20);
  for (const token of tokens) good(await answers.ipc.reply(token, { ok: true, value }));
  slow.kill('SIGCONT');
  const ends = (await Promise.all(asked)).map(bad);
  t.deepEqual([...new Set([...ends, 'ok'])].toSorted(), ['ok', 'unreachable']);
  await answers.close();
  await asks.close();
});
