import test from 'ava';
import { SimulatedCluster } from './support/simulated-cluster.ts';

test('each node hears of each other one that joins, once', (t) => {
  const cluster = new SimulatedCluster({ nodes: 8, seed: 31 });
  cluster.run(10_000);
  const joined = cluster.of('joined').map(({ by, event }) => `${by} ${event.node}`);
  t.is(joined.length, 8 * 7);
  t.is(new Set(joined).size, joined.length);
  t.is(cluster.heard.length, joined.length);
});

for (const loss of [0, 0.1]) {
  test(`a node that leaves is not taken for unreachable by anybody (loss ${loss})`, async (t) => {
    const cluster = new SimulatedCluster({ nodes: 16, seed: 32, loss });
    cluster.run(3_000);
    const [frozen, slow, ...rest] = cluster.nodes;
    cluster.slow(slow!);
    for (const leaver of rest.slice(0, 10)) {
      cluster.freeze(frozen!);
      const left = leaver.membership.leave();
      cluster.run(1_000);
      await left;
      cluster.kill(leaver);
      cluster.thaw(frozen!);
      cluster.run(6_000);
      for (const by of cluster.nodes.filter(({ process }) => process.isRunning))
        t.is(cluster.standing(by, leaver), 'left');
    }
    t.deepEqual(cluster.of('unreachable'), []);
    t.is(cluster.of('left').length, 15 + 14 + 13 + 12 + 11 + 10 + 9 + 8 + 7 + 6);
  });
}

test('a node that leaves waits no longer than a second for those who do not answer', async (t) => {
  const cluster = new SimulatedCluster({ nodes: 3, seed: 33 });
  cluster.run(3_000);
  const [leaver, ...others] = cluster.nodes;
  for (const other of others) cluster.freeze(other);
  const left = leaver!.membership.leave();
  cluster.run(1_000);
  await t.notThrowsAsync(left);
});

test('a node that is the last one leaves at once', async (t) => {
  const cluster = new SimulatedCluster({ nodes: 1, seed: 34 });
  cluster.run(1_000);
  await t.notThrowsAsync(cluster.nodes[0]!.membership.leave());
});

test('a node that has left comes back in a later life', (t) => {
  const cluster = new SimulatedCluster({ nodes: 8, seed: 35 });
  cluster.run(3_000);
  const [node] = cluster.nodes;
  void node!.membership.leave();
  cluster.run(1_000);
  cluster.kill(node!);
  cluster.run(5_000);
  const since = cluster.time.now;
  cluster.restart(node!);
  cluster.run(5_000);
  t.deepEqual(cluster.disagreements(), []);
  const joined = cluster.of('joined', since).filter(({ event }) => event.node === node!.id);
  t.is(joined.length, 7);
  t.true(joined.every(({ event }) => event.incarnation === 2));
});

test('a node that restarts before it was missed joins anew in its later life, and the earlier one stays over', (t) => {
  const cluster = new SimulatedCluster({ nodes: 8, seed: 36 });
  cluster.run(3_000);
  const [node, ...others] = cluster.nodes;
  const since = cluster.time.now;
  cluster.kill(node!);
  cluster.run(15);
  cluster.restart(node!);
  cluster.run(10_000);
  t.deepEqual(cluster.disagreements(), []);
  for (const { id } of others) {
    const lives = cluster.heard.filter(
      ({ at, by, event }) => at >= since && by === id && event.node === node!.id,
    );
    t.true(lives.some(({ event }) => event.what === 'joined' && event.incarnation === 2));
    const over = lives.findIndex(({ event }) => event.incarnation === 2);
    t.true(lives.slice(over).every(({ event }) => event.incarnation === 2));
  }
});

test('a restarted node is told of all others by one exchange', (t) => {
  const cluster = new SimulatedCluster({ nodes: 64, seed: 37 });
  cluster.run(5_000);
  const [node, ...others] = cluster.nodes;
  cluster.kill(node!);
  cluster.run(3_000);
  const since = cluster.time.now;
  cluster.restart(node!);
  cluster.run(100);
  t.is(cluster.of('joined', since).filter(({ by }) => by === node!.id).length, others.length);
});

test('nodes that are all connected with one alone get to know each other, and suspect nobody', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 38, connections: 1 });
  cluster.run(20_000);
  t.deepEqual(cluster.of('suspect'), []);
});

test('a node that comes back with one connection alone is known to all by gossip within a second', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 40 });
  cluster.run(5_000);
  for (const node of cluster.nodes.slice(3)) {
    cluster.kill(node);
    cluster.run(5_000);
    const since = cluster.time.now;
    cluster.restart(node, 1);
    cluster.run(2_000);
    const others = cluster.nodes.filter((one) => one !== node);
    t.true(cluster.knownAfter('joined', node, others, since)! < 1_000);
    cluster.kill(node);
    cluster.run(3_000);
    cluster.restart(node); // with all
    cluster.run(3_000);
  }
});

test('a node of which a later life is known is told so, once', (t) => {
  const cluster = new SimulatedCluster({ nodes: 4, seed: 39 });
  cluster.run(3_000);
  const [copy, ...others] = cluster.nodes;
  for (const { membership } of others) membership.connected(copy!.id, 5);
  cluster.run(10_000);
  const told = cluster.of('superseded').map(({ by, event }) => [by, event.incarnation]);
  t.deepEqual(told, [[copy!.id, 5]]);
});
