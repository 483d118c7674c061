import { encode } from '#p2p/wire-format.ts';
import { writePing, writePong } from '#posiv-wit/generated/p2p/heartbeat.ts';
import {
  CUT_OFF,
  detectionTimes,
  FROZEN,
  KILLED,
  type Fault,
} from '#tests/p2p/membership/support/detection-times.ts';
import { loadDuring } from '#tests/p2p/membership/support/gossip-load.ts';
import { SimulatedCluster } from '#tests/p2p/membership/support/simulated-cluster.ts';
import type { Bench } from '../bench.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';

const SIZES = [10, 50, 200, 500];
const SETTLED_MS = 15_000;
const MEASURED_MS = 10_000;
const NODES = 16;
const HEARTBEAT_MS = 1_000; // of `p2p/settings.ts`

/** On simulated clocks: what the machine is doing has no part in these figures, and a seed gives the same ones again. */
export const membership: Bench = {
  async run({ short, note }) {
    const metrics: Metric[] = [];
    const rounds = short ? 10 : 100;
    for (const [what, fault, goalMs] of [
      ['killed', KILLED, 500],
      ['frozen', FROZEN, 4_000],
      ['cut off', CUT_OFF, 4_000],
    ] as const) {
      note(`a node of ${NODES} is ${what}, ${rounds} times`);
      metrics.push(...detected(what, fault, goalMs, rounds));
    }
    for (const nodes of short ? SIZES.slice(0, 2) : SIZES) {
      note(`${nodes} nodes`);
      metrics.push(...load(nodes));
    }
    return metrics;
  },
};

function detected(what: string, fault: Fault, goalMs: number, rounds: number): Metric[] {
  const times = detectionTimes(fault, { nodes: NODES, rounds, seed: 1 });
  const goal = { name: 'the goal for p99', samples: [goalMs] };
  return [0.5, 0.99].map((share) =>
    metric({
      name: `${what}: known by all of ${NODES}, p${share * 100}`,
      unit: 'ms',
      samples: [percentile(times, share)],
      baseline: goal,
    }),
  );
}

/** Bytes of packets alone: frames and encryption come on top, for the baseline too. */
function load(nodes: number): Metric[] {
  const cluster = new SimulatedCluster({ nodes, seed: 1 });
  cluster.run(SETTLED_MS);
  const steady = loadDuring(cluster, MEASURED_MS);
  cluster.kill(cluster.nodes[0]!);
  const news = loadDuring(cluster, MEASURED_MS);
  const baseline = { name: 'a heartbeat with each node', samples: [heartbeatBytes(nodes)] };
  return [
    metric({ name: `${nodes} nodes, steady`, unit: 'B/s', samples: [steady.bytes], baseline }),
    metric({ name: `${nodes} nodes, one killed`, unit: 'B/s', samples: [news.bytes], baseline }),
  ];
}

/** What a node would send in a second that pings each other one, and answers each. */
function heartbeatBytes(nodes: number): number {
  const sequence = { sequence: 1_000 };
  const bytes = encode(writePing, sequence).length + encode(writePong, sequence).length;
  return ((nodes - 1) * bytes * 1_000) / HEARTBEAT_MS;
}
