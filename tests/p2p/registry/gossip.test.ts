import test from 'ava';
import { SimulatedRegistries } from './support/simulated-registries.ts';

for (let seed = 1; seed <= 30; seed++) {
  test(`all come to hold what each told last, whatever links break and nodes start anew (seed ${seed})`, (t) => {
    const cluster = new SimulatedRegistries({ nodes: 6, seed });
    cluster.connectAll();
    const names = Array.from({ length: 12 }, (_, at) => `name${at}`);
    for (let step = 0; step < 300; step++) {
      const [a, b] = [0, 0].map(() => cluster.nodes[cluster.pick(6)]!) as [never, never];
      const what = cluster.pick(20);
      if (what === 0) cluster.restart(a);
      else if (what < 4) cluster.disconnect(a, b);
      else if (what < 8) cluster.connect(a, b);
      else
        cluster.publish(
          a,
          step,
          names.filter(() => cluster.pick(2) === 0),
        );
      cluster.run(cluster.pick(10) === 0 ? 20_000 : cluster.pick(400));
    }
    for (const node of cluster.nodes) cluster.publish(node, 1_000, ['last']);
    cluster.connectAll();
    cluster.run(30_000);
    t.deepEqual(cluster.disagreements(), []);
  });
}

test('a change is known by all that there is a connection with within half a second', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 16, seed: 1 });
  cluster.connectAll();
  for (const node of cluster.nodes) cluster.publish(node, 1);
  cluster.run(1_000);
  cluster.publish(cluster.nodes[3]!, 1, ['web']);
  cluster.run(500);
  t.deepEqual(cluster.disagreements(), []);
});

test('what a node tells reaches those with whom it has no connection', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 8, seed: 2 });
  for (const [at, node] of cluster.nodes.entries())
    cluster.connect(node, cluster.nodes[(at + 1) % 8]!); // a ring
  for (const [at, node] of cluster.nodes.entries()) cluster.publish(node, at, [`name${at}`]);
  cluster.run(120_000);
  t.deepEqual(cluster.disagreements(), []);
  cluster.publish(cluster.nodes[0]!, 100);
  cluster.run(120_000);
  t.deepEqual(cluster.disagreements(), []);
});

test('only what has changed is told', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 2, seed: 3 });
  cluster.connectAll();
  const [a] = cluster.nodes as [never];
  const names = Array.from({ length: 1_000 }, (_, at) => `name${at}`);
  cluster.publish(a, 1, names);
  cluster.run(10_000);
  t.deepEqual(cluster.disagreements(), []);
  const before = cluster.nodes[0]!.bytes;
  cluster.publish(a, 2, names);
  cluster.run(1_000);
  t.is(cluster.nodes[1]!.registry.record(cluster.nodes[0]!.id)?.vtasks, 2);
  t.true(cluster.nodes[0]!.bytes - before < 300, `${cluster.nodes[0]!.bytes - before} bytes`);
});

test('a name that was taken back does not come back with one who was away for long', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 3, seed: 4 });
  cluster.connectAll();
  const [a, b, c] = cluster.nodes as [never, never, never];
  for (const node of cluster.nodes) cluster.publish(node, 1, ['stays', 'goes']);
  cluster.run(1_000);
  cluster.disconnect(a, c);
  cluster.disconnect(b, c);
  cluster.publish(a, 2, ['stays']);
  cluster.run(200_000);
  cluster.publish(a, 3, ['stays']); // by now nobody remembers that there was another
  cluster.run(1_000);
  cluster.connect(b, c);
  cluster.run(60_000);
  t.deepEqual(cluster.disagreements(), []);
});

for (const nodes of [10, 50, 200]) {
  test(`what a node of ${nodes} sends is bounded, however often its figures change`, (t) => {
    const cluster = new SimulatedRegistries({ nodes, seed: 5 });
    cluster.connectAll();
    let round = 0;
    const publishing = (ms: number): void => {
      for (const until = cluster.time.now + ms; cluster.time.now < until; cluster.run(500)) {
        round++;
        for (const node of cluster.nodes) cluster.publish(node, round, ['web']);
      }
    };
    publishing(5_000);
    for (const node of cluster.nodes) node.bytes = 0;
    publishing(20_000);
    const perSecond = Math.max(...cluster.nodes.map(({ bytes }) => bytes / 20));
    t.log(`${Math.round(perSecond)} bytes a second at most`);
    t.true(perSecond < 3_500);
  });
}

test('the same seed gives the same run', (t) => {
  const run = (): string => {
    const cluster = new SimulatedRegistries({ nodes: 5, seed: 9 });
    cluster.connectAll();
    for (let step = 0; step < 50; step++) {
      cluster.publish(cluster.nodes[cluster.pick(5)]!, step, [`name${cluster.pick(9)}`]);
      cluster.run(cluster.pick(1_000));
    }
    return cluster.nodes.map(({ bytes }) => bytes).join(' ');
  };
  t.is(run(), run());
});
