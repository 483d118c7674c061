import test from 'ava';
import { SimulatedRegistries } from './support/simulated-registries.ts';

function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function known(cluster: SimulatedRegistries): (string | undefined)[] {
  return cluster.nodes.map(({ registry }) => text(registry.fact('acceptors')?.value));
}

test('a fact is known by all that there is a connection with at once, and told there once', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 5, seed: 1 });
  cluster.connectAll();
  t.true(cluster.nodes[0]!.registry.setFact('acceptors', 1, bytes('a b c')));
  cluster.run(10);
  t.deepEqual(
    known(cluster),
    cluster.nodes.map(() => 'a b c'),
  );
  cluster.run(60_000);
  t.deepEqual(
    cluster.nodes.map(({ facts }) => facts.length),
    [0, 1, 1, 1, 1],
  );
});

test('the fact of the greater version holds, wherever it was set', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 4, seed: 2 });
  cluster.nodes[0]!.registry.setFact('acceptors', 7, bytes('new'));
  cluster.nodes[1]!.registry.setFact('acceptors', 6, bytes('old'));
  cluster.connectAll();
  cluster.run(10);
  t.deepEqual(
    known(cluster),
    cluster.nodes.map(() => 'new'),
  );
  t.false(cluster.nodes[2]!.registry.setFact('acceptors', 6, bytes('older')));
});

test('of two facts of one version all come to hold the same', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 4, seed: 3 });
  cluster.connectAll();
  cluster.nodes[0]!.registry.setFact('acceptors', 1, bytes('x'));
  cluster.nodes[1]!.registry.setFact('acceptors', 1, bytes('y'));
  cluster.run(60_000);
  t.deepEqual(
    known(cluster),
    cluster.nodes.map(() => 'y'),
  );
});

test('a fact reaches those with whom its origin has no connection, and those that join later', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 6, seed: 4 });
  for (const [at, node] of cluster.nodes.slice(1, 5).entries())
    cluster.connect(node, cluster.nodes[at]!); // a chain
  cluster.nodes[0]!.registry.setFact('acceptors', 1, bytes('a'));
  cluster.run(100);
  t.deepEqual(known(cluster).slice(0, 5), ['a', 'a', 'a', 'a', 'a']);
  cluster.connect(cluster.nodes[5]!, cluster.nodes[4]!);
  cluster.run(10);
  t.is(known(cluster)[5], 'a');
});

test('a fact that is too large, or under no proper key, is not set', (t) => {
  const [node] = new SimulatedRegistries({ nodes: 1, seed: 5 }).nodes;
  const { registry } = node!;
  t.throws(() => registry.setFact('x', 1, new Uint8Array(16 * 1024 + 1)), {
    code: 'record-too-large',
  });
  t.throws(() => registry.setFact('No key', 1, bytes('x')), { code: 'invalid-record' });
});

test('there are 64 facts and no more', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 2, seed: 6 });
  const [a, b] = cluster.nodes;
  for (let at = 0; at < 64; at++) t.true(a!.registry.setFact(`a${at}`, 1, bytes('x')));
  t.false(a!.registry.setFact('one-more', 1, bytes('x')));
  for (let at = 0; at < 64; at++) b!.registry.setFact(`b${at}`, 1, bytes('x'));
  cluster.connectAll();
  cluster.run(60_000);
  t.is(a!.registry.fact('b1'), undefined);
  t.true(a!.registry.setFact('a1', 2, bytes('y')));
});
