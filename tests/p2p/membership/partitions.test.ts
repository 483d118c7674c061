import test from 'ava';
import { SimulatedCluster, type SimulatedNode } from './support/simulated-cluster.ts';

interface Halves {
  cluster: SimulatedCluster;
  left: readonly SimulatedNode[];
  right: readonly SimulatedNode[];
}

function halves(nodes: number, seed: number, left = nodes / 2): Halves {
  const cluster = new SimulatedCluster({ nodes, seed });
  cluster.run(3_000);
  return { cluster, left: cluster.nodes.slice(0, left), right: cluster.nodes.slice(left) };
}

function cut({ cluster, left, right }: Halves): void {
  cluster.block(left, right);
  cluster.block(right, left);
}

for (const nodes of [4, 16, 64]) {
  test(`two halves of ${nodes} nodes take each other for unreachable, and agree again once they are joined`, (t) => {
    const scene = halves(nodes, 21);
    const { cluster, left, right } = scene;
    cut(scene);
    cluster.run(60_000);
    for (const one of left)
      for (const other of right) {
        t.is(cluster.standing(one, other), 'unreachable');
        t.is(cluster.standing(other, one), 'unreachable');
      }
    const within = (side: readonly SimulatedNode[]): number =>
      cluster
        .of('unreachable')
        .filter(
          ({ by, event }) =>
            side.some(({ id }) => id === by) && side.some(({ id }) => id === event.node),
        ).length;
    t.is(within(left) + within(right), 0, 'nobody takes one of its own side for unreachable');
    cluster.heal();
    cluster.run(20_000);
    t.deepEqual(cluster.disagreements(), []);
    t.is(within(left) + within(right), 0, 'nor when the halves meet');
  });
}

test('a single node that is cut off takes the others for unreachable after a minute, and back when it is joined', (t) => {
  const scene = halves(16, 22, 1);
  const { cluster, left, right } = scene;
  const [lone] = left;
  cut(scene);
  cluster.run(5_000);
  t.true(right.every((other) => cluster.standing(other, lone!) === 'unreachable'));
  t.true(
    right.every((other) => cluster.standing(lone!, other) !== 'unreachable'),
    'it doubts itself first',
  );
  cluster.run(90_000);
  t.true(right.every((other) => cluster.standing(lone!, other) === 'unreachable'));
  cluster.heal();
  cluster.run(20_000);
  t.deepEqual(cluster.disagreements(), []);
});

for (const [who, seed, from] of [
  ['a node that hears nobody is taken for unreachable though all hear it', 23, 'right'],
  ['a node that nobody hears is taken for unreachable', 24, 'left'],
] as const)
  test(`${who}, and is the only one`, (t) => {
    const { cluster, left, right } = halves(16, seed, 1);
    if (from === 'right') cluster.block(right, left);
    else cluster.block(left, right);
    cluster.run(10_000);
    t.true(right.every((other) => cluster.standing(other, left[0]!) === 'unreachable'));
    const wronged = cluster
      .of('unreachable')
      .filter(({ by, event }) => by !== left[0]!.id && event.node !== left[0]!.id);
    t.deepEqual(wronged, []);
    cluster.heal();
    cluster.run(20_000);
    t.deepEqual(cluster.disagreements(), []);
  });

test('a path that is broken one way between two nodes makes nobody unreachable', (t) => {
  const { cluster, left, right } = halves(16, 25, 1);
  cluster.block(left, right.slice(0, 1));
  cluster.run(60_000);
  t.deepEqual(cluster.of('unreachable'), []);
});

test('the rest of 3 nodes finds the one that is killed, and the one that freezes', (t) => {
  const { cluster, left, right } = halves(3, 26, 1);
  let since = cluster.time.now;
  cluster.kill(left[0]!);
  cluster.run(5_000);
  t.true(cluster.knownAfter('unreachable', left[0]!, right, since)! < 500);
  cluster.restart(left[0]!);
  cluster.run(5_000);
  since = cluster.time.now;
  cluster.freeze(left[0]!);
  cluster.run(5_000);
  t.true(cluster.knownAfter('unreachable', left[0]!, right, since)! < 4_000);
});

test('half of 16 nodes that are killed at once are found by the other half', (t) => {
  const { cluster, left, right } = halves(16, 27);
  const since = cluster.time.now;
  for (const node of left) cluster.kill(node);
  cluster.run(5_000);
  for (const node of left) t.true(cluster.knownAfter('unreachable', node, right, since)! < 1_000);
  for (const node of left) cluster.restart(node);
  cluster.run(10_000);
  t.deepEqual(cluster.disagreements(), []);
});

for (let seed = 1; seed <= 20; seed++) {
  test(`whatever happened, views agree once it is over (seed ${seed})`, (t) => {
    const cluster = new SimulatedCluster({ nodes: 9, seed, loss: 0.02 });
    cluster.run(2_000);
    const pick = (): SimulatedNode => cluster.nodes[Math.floor(cluster.between(0, 9))]!;
    const down = new Set<SimulatedNode>();
    const frozen = new Set<SimulatedNode>();
    for (let step = 0; step < 30; step++) {
      const [node, other] = [pick(), pick()];
      const chance = cluster.between(0, 1);
      if (down.has(node)) {
        if (chance < 0.5 && down.delete(node)) cluster.restart(node);
      } else if (frozen.has(node)) {
        if (chance < 0.5 && frozen.delete(node)) cluster.thaw(node);
      } else if (chance < 0.25) {
        down.add(node);
        cluster.kill(node);
      } else if (chance < 0.45) {
        frozen.add(node);
        cluster.freeze(node);
      } else if (chance < 0.7 && other !== node) cluster.block([node], [other, pick()]);
      else if (chance < 0.8) cluster.heal();
      cluster.run(cluster.between(50, 6_000));
    }
    cluster.heal();
    for (const node of down) cluster.restart(node);
    for (const node of frozen) cluster.thaw(node);
    cluster.run(45_000);
    t.deepEqual(cluster.disagreements(), []);
  });
}
