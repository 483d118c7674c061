import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import { RealCluster } from '#tests/support/real-cluster.ts';
import { until } from '#tests/support/until.ts';

/** Asks a node again and again until it says this of another. */
async function stands(posiv: PosivClient, name: string, standing: string): Promise<void> {
  await until(
    () => posiv.nodes.list(),
    (nodes) => nodes.some((node) => node.name === name && node.standing === standing),
  );
}

test('a node that was killed is unreachable, one that was stopped in order has left, and both come back', async (t) => {
  await using cluster = await RealCluster.start(3);
  const posiv = await cluster.connect();
  cluster.nodes[1]!.process.kill('SIGKILL');
  await stands(posiv, 'b', 'unreachable');
  const [, , c] = cluster.nodes;
  c!.process.stdin!.end();
  await c!.ended;
  await stands(posiv, 'c', 'left');
  await cluster.startAgain(2);
  await stands(posiv, 'c', 'up');
  await cluster.startAgain(1);
  await stands(posiv, 'b', 'up');
  const nodes = await posiv.nodes.list();
  t.deepEqual(
    nodes.map(({ name, standing, incarnation }) => [name, standing, incarnation]),
    [
      ['a', 'self', 1],
      ['b', 'up', 2],
      ['c', 'up', 2],
    ],
  );
  await posiv.close();
});

test('a node whose process is stopped for a while is unreachable for that while', async (t) => {
  await using cluster = await RealCluster.start(3);
  const posiv = await cluster.connect();
  const { process: frozen } = cluster.nodes[1]!;
  frozen.kill('SIGSTOP');
  await stands(posiv, 'b', 'unreachable');
  frozen.kill('SIGCONT');
  await stands(posiv, 'b', 'up');
  const nodes = await posiv.nodes.list();
  t.is(nodes.find(({ name }) => name === 'b')?.incarnation, 1);
  await posiv.close();
});
