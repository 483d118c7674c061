import test from 'ava';
import { SimulatedCluster } from './support/simulated-cluster.ts';

const TEN_MINUTES_MS = 600_000;

for (const seed of [11, 12]) {
  test(`nobody is taken for unreachable while a quarter of 16 nodes is slowed for ten minutes (seed ${seed})`, (t) => {
    const cluster = new SimulatedCluster({ nodes: 16, seed, loss: 0.001 });
    cluster.run(3_000);
    const slowed = cluster.nodes.slice(0, 4);
    for (const node of slowed) cluster.slow(node);
    cluster.run(TEN_MINUTES_MS);
    t.deepEqual(cluster.of('unreachable'), []);
    const slow = new Set(slowed.map(({ id }) => id));
    const wronged = cluster.of('suspect').filter(({ event }) => !slow.has(event.node));
    t.log(
      `${cluster.of('suspect').length} suspicions heard, ${wronged.length} of nodes that are not slowed`,
    );
    t.true(cluster.of('suspect').length > 0, 'the slowed nodes are slow enough to be suspected');
    t.is(wronged.length, 0);
  });
}

for (const [nodes, slowed] of [
  [2, 1],
  [3, 1],
  [8, 8],
] as const) {
  test(`nobody is taken for unreachable while ${slowed} of ${nodes} nodes is slowed for ten minutes`, (t) => {
    const cluster = new SimulatedCluster({ nodes, seed: 18, loss: 0.001 });
    cluster.run(3_000);
    for (const node of cluster.nodes.slice(0, slowed)) cluster.slow(node);
    cluster.run(TEN_MINUTES_MS);
    t.deepEqual(cluster.of('unreachable'), []);
    t.true(cluster.of('suspect').length > 0);
  });
}

test('a killed and a frozen node are found while a quarter of 16 nodes is slowed', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 13 });
  cluster.run(3_000);
  const [killed, frozen, ...others] = cluster.nodes;
  for (const node of others.slice(0, 4)) cluster.slow(node);
  cluster.run(3_000);
  const healthy = others.slice(4);
  let since = cluster.time.now;
  cluster.kill(killed!);
  cluster.run(5_000);
  t.true(cluster.knownAfter('unreachable', killed!, healthy, since)! < 500);
  since = cluster.time.now;
  cluster.freeze(frozen!);
  cluster.run(5_000);
  t.true(cluster.knownAfter('unreachable', frozen!, healthy, since)! < 4_000);
  t.deepEqual(
    new Set(cluster.of('unreachable').map(({ event }) => event.node)),
    new Set([killed!.id, frozen!.id]),
  );
});

test('a node that was stopped for a minute accuses nobody when it goes on', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 14 });
  cluster.run(3_000);
  const [stopped, ...others] = cluster.nodes;
  cluster.freeze(stopped!);
  cluster.run(60_000);
  cluster.thaw(stopped!);
  cluster.run(20_000);
  const accused = cluster.heard.filter(
    ({ event }) => event.what === 'suspect' && event.accuser === stopped!.id,
  );
  t.deepEqual(accused, []);
  t.deepEqual(
    cluster.of('unreachable').filter(({ event }) => event.node !== stopped!.id),
    [],
  );
  t.deepEqual(cluster.disagreements(), []);
  for (const { id } of others)
    t.true(
      cluster.heard.some(
        ({ by, event }) => by === id && event.what === 'alive' && event.node === stopped!.id,
      ),
    );
});

test('a node that is cut off for two seconds doubts itself, and accuses nobody', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 17 });
  cluster.run(3_000);
  const [lone, ...others] = cluster.nodes;
  for (let round = 0; round < 20; round++) {
    cluster.block([lone!], others);
    cluster.block(others, [lone!]);
    cluster.run(2_000);
    t.true(lone!.membership.health > 0);
    cluster.heal();
    cluster.run(20_000);
    t.is(lone!.membership.health, 0);
  }
  const accused = cluster.heard.filter(
    ({ event }) => event.what === 'suspect' && event.accuser === lone!.id,
  );
  t.deepEqual(accused, []);
});

test('one connection that closes between two nodes that live makes nobody unreachable', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 15 });
  cluster.run(3_000);
  const [a, b] = cluster.nodes;
  for (let round = 0; round < 50; round++) {
    cluster.block([a!], [b!]);
    cluster.block([b!], [a!]);
    a!.membership.disconnected(b!.id);
    b!.membership.disconnected(a!.id);
    cluster.run(2_000);
    cluster.heal();
    a!.membership.connected(b!.id, 1);
    b!.membership.connected(a!.id, 1);
    cluster.run(500);
  }
  t.deepEqual(cluster.of('suspect'), []);
  t.deepEqual(cluster.of('unreachable'), []);
});

test('packets lost by the dozen make nobody unreachable', (t) => {
  const cluster = new SimulatedCluster({ nodes: 16, seed: 16, loss: 0.12 });
  cluster.run(120_000);
  t.deepEqual(cluster.of('unreachable'), []);
});

test('the same seed gives the same run to the last event, and another seed another', (t) => {
  const run = (seed: number): SimulatedCluster => {
    const cluster = new SimulatedCluster({ nodes: 12, seed, loss: 0.02 });
    const [a, b, c, ...rest] = cluster.nodes;
    cluster.run(2_000);
    for (const node of rest.slice(0, 2)) cluster.slow(node);
    cluster.kill(a!);
    cluster.freeze(b!);
    cluster.block([c!], rest);
    cluster.run(8_000);
    cluster.restart(a!);
    cluster.thaw(b!);
    cluster.heal();
    cluster.run(10_000);
    return cluster;
  };
  const [once, again, other] = [run(1), run(1), run(2)];
  t.deepEqual(again.heard, once.heard);
  t.is(again.trace, once.trace);
  t.not(other.trace, once.trace);
});
