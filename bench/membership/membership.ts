import { writeFile } from 'node:fs/promises';
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
import { plot, type Line } from '../report/plot.ts';
import { percentile } from '../report/statistics.ts';

const SIZES = [10, 50, 200, 500];
const SETTLED_MS = 15_000;
const MEASURED_MS = 10_000;
const NODES = 16;
const HEARTBEAT_MS = 1_000; // of `p2p/settings.ts`

/** On simulated clocks: what the machine is doing has no part in these figures, and a seed gives the same ones again. */
export const membership: Bench = {
  async run({ short, note, plot: file }) {
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
    const loads = (short ? SIZES.slice(0, 2) : SIZES).map((nodes) => {
      note(`${nodes} nodes`);
      return load(nodes);
    });
    metrics.push(...loads.flatMap(metricsOf));
    if (file !== undefined) await writeFile(file, drawn(loads));
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

/** Of one node in a second: bytes of packets alone. Frames and encryption come on top, for the baseline too. */
interface Load {
  readonly nodes: number;
  readonly steady: number;
  /** While one is missed and said to be gone. */
  readonly killed: number;
  readonly baseline: number;
}

function load(nodes: number): Load {
  const cluster = new SimulatedCluster({ nodes, seed: 1 });
  cluster.run(SETTLED_MS);
  const { bytes: steady } = loadDuring(cluster, MEASURED_MS);
  cluster.kill(cluster.nodes[0]!);
  const { bytes: killed } = loadDuring(cluster, MEASURED_MS);
  return { nodes, steady, killed, baseline: heartbeatBytes(nodes) };
}

function metricsOf({ nodes, steady, killed, baseline: bytes }: Load): Metric[] {
  const baseline = { name: 'a heartbeat with each node', samples: [bytes] };
  return [
    metric({ name: `${nodes} nodes, steady`, unit: 'B/s', samples: [steady], baseline }),
    metric({ name: `${nodes} nodes, one killed`, unit: 'B/s', samples: [killed], baseline }),
  ];
}

function drawn(loads: readonly Load[]): string {
  const line = (name: string, of: 'steady' | 'killed' | 'baseline'): Line => ({
    name,
    points: loads.map((each) => [each.nodes, each[of]]),
  });
  return plot({
    title: 'What a node sends in a second to know which others answer',
    x: 'nodes',
    y: 'bytes',
    lines: [
      line('nothing happens', 'steady'),
      line('one is killed', 'killed'),
      line('pings to all', 'baseline'),
    ],
  });
}

/** What a node would send in a second that pings each other one, and answers each. */
function heartbeatBytes(nodes: number): number {
  const sequence = { sequence: 1_000 };
  const bytes = encode(writePing, sequence).length + encode(writePong, sequence).length;
  return ((nodes - 1) * bytes * 1_000) / HEARTBEAT_MS;
}
