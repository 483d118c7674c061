import { encode } from '#p2p/wire-format.ts';
import { entriesOf } from '#p2p/registry/record.ts';
import {
  SimulatedRegistries,
  type SimulatedRegistry,
} from '#tests/p2p/registry/support/simulated-registries.ts';
import { writeEntry } from '#posiv-wit/generated/p2p/registry.ts';
import type { Bench } from '../bench.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';

const SIZES = [10, 50, 200, 500];
const PUBLISH_MS = 500; // of `node/publishing.ts`
const NAMES = 20;
const NAME_CHANGES_MS = 10_000;
const SETTLED_MS = 15_000;
const MEASURED_MS = 20_000;

/** On simulated time: what the machine is doing has no part in these figures, and a seed gives the same ones again. */
export const registry: Bench = {
  async run({ short, note }) {
    const metrics: Metric[] = [];
    for (const nodes of short ? SIZES.slice(0, 2) : SIZES) {
      note(`${nodes} nodes`);
      metrics.push(...measured(nodes));
    }
    return metrics;
  },
};

function measured(nodes: number): Metric[] {
  const idleBytes = idleRate(nodes); // first: two of 500 nodes are more than a heap holds
  const cluster = new SimulatedRegistries({ nodes, seed: 1 });
  cluster.connectAll();
  const whole = nodes - 1;
  const baseline = {
    name: 'the whole record to each node, twice a second',
    samples: [(whole * wholeBytes(cluster.nodes[0]!) * 1_000) / PUBLISH_MS],
  };
  publishing(cluster, SETTLED_MS);
  const ages: number[] = [];
  const bytes = rate(cluster, () => publishing(cluster, MEASURED_MS, ages));
  return [
    metric({ name: `${nodes} nodes, nothing changes`, unit: 'B/s', samples: [idleBytes] }),
    metric({ name: `${nodes} nodes, all change`, unit: 'B/s', samples: [bytes], baseline }),
    metric({
      name: `${nodes} nodes, age of a figure at another node, p99`,
      unit: 'ms',
      samples: [percentile(ages, 0.99)],
    }),
  ];
}

/** What a node sends in a second where each has said all, and nothing changes. */
function idleRate(nodes: number): number {
  const idle = new SimulatedRegistries({ nodes, seed: 2 });
  idle.connectAll();
  for (const node of idle.nodes) publish(node, 0, 0);
  idle.run(SETTLED_MS);
  return rate(idle, () => idle.run(MEASURED_MS));
}

/** Each node publishes figures that change each time, and a name of it changes now and then. */
function publishing(cluster: SimulatedRegistries, ms: number, ages: number[] = []): void {
  const [observer] = cluster.nodes;
  for (let passed = 0; passed < ms; passed += PUBLISH_MS) {
    const { now } = cluster.time;
    for (const node of cluster.nodes) {
      publish(node, now, Math.floor(now / NAME_CHANGES_MS));
      const known = observer!.registry.record(node.id);
      if (node !== observer && known !== undefined) ages.push(now - known.memoryUsed);
    }
    cluster.run(PUBLISH_MS);
  }
}

/** @param now its memory is the time at which it was published: who reads it sees how old it is */
function publish(node: SimulatedRegistry, now: number, changes: number): void {
  node.registry.publish({
    name: 'node',
    lanes: 2,
    memoryLimit: 2 ** 34,
    vtasks: 100,
    memoryUsed: Math.round(now),
    named: names(changes),
  });
}

function names(changes: number): Parameters<typeof entriesOf>[0]['named'] {
  return Array.from({ length: NAMES }, (_, at) => ({
    tenant: 'default',
    name: at === 0 ? `job-${changes}` : `service-${at}`,
    vtid: `v${'a'.repeat(43)}`,
    state: 'running',
  }));
}

/** Bytes that a node sends in a second while something runs: the mean of all. */
function rate(cluster: SimulatedRegistries, run: () => void): number {
  for (const node of cluster.nodes) node.bytes = 0;
  run();
  const sum = cluster.nodes.reduce((all, { bytes }) => all + bytes, 0);
  return (sum * 1_000) / MEASURED_MS / cluster.nodes.length;
}

function wholeBytes({ id: name }: SimulatedRegistry): number {
  const figures = { name, lanes: 2, memoryLimit: 2 ** 34, vtasks: 100, memoryUsed: 2 ** 33 };
  let bytes = 0;
  for (const [key, value] of entriesOf({ ...figures, named: names(0) }))
    bytes += encode(writeEntry, { key, version: 1, value }).length;
  return bytes;
}
