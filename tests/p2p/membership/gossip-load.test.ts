import test from 'ava';
import { loadDuring } from './support/gossip-load.ts';
import { SimulatedCluster } from './support/simulated-cluster.ts';

const STEADY_BYTES = 100; // a second: four probes, as many acks, and a tenth of an exchange
const NEWS_BYTES = 150; // while a node is found to be gone
const MORE_NEWS_BYTES = 40; // for each tenfold of nodes: each piece is sent the more often, the more there are
const MEASURED_MS = 10_000;

for (const nodes of [10, 50, 200, 500]) {
  test(`what a node of ${nodes} sends is the same at any size, or grows as its logarithm while there is news`, (t) => {
    const cluster = new SimulatedCluster({ nodes, seed: 41 });
    cluster.run(15_000);
    t.deepEqual(cluster.of('suspect'), []);
    const steady = loadDuring(cluster, MEASURED_MS);
    const [killed, frozen, ...others] = cluster.nodes;
    const since = cluster.time.now;
    cluster.kill(killed!);
    const news = loadDuring(cluster, MEASURED_MS);
    t.log(`${Math.round(steady.bytes)} bytes a second, at most ${Math.round(steady.most)}`);
    t.log(`${Math.round(news.bytes)} while one is killed, at most ${Math.round(news.most)}`);
    t.true(steady.most < STEADY_BYTES);
    t.true(news.bytes < NEWS_BYTES + MORE_NEWS_BYTES * Math.log10(nodes));
    t.true(news.most < 2 * (NEWS_BYTES + MORE_NEWS_BYTES * Math.log10(nodes)));
    t.true(cluster.knownAfter('unreachable', killed!, [frozen!, ...others], since)! < 1_000);
    if (nodes < 200) return; // those sizes have tests of their own
    cluster.freeze(frozen!);
    cluster.run(10_000);
    const knownMs = cluster.knownAfter('unreachable', frozen!, others, since + MEASURED_MS);
    t.log(`a frozen node is known to all after ${Math.round(knownMs!)} ms`);
    t.true(knownMs! < 8_000);
  });
}
