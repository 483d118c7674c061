import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '#tests/integration/monotonic.ts';
import type { Bench, BenchContext } from '../bench.ts';
import { metric, type Metric } from '../report/metric.ts';
import { percentile } from '../report/statistics.ts';
import type { Opinion } from './observed.ts';
import { ObservedCluster } from './observed-cluster.ts';

const GIVEN_UP_MS = 60_000; // many times the goals
const SETTLED_MS = 2_000; // until a node that has come back holds a lease again

/** What is done to a node, and what takes it back. */
interface Fault {
  readonly name: string;
  /** What the others are to think of it, and within what, for p99. */
  readonly goals: readonly (readonly [kind: Opinion['kind'], what: string, goalMs: number])[];
  readonly begin: (cluster: ObservedCluster, at: number) => Promise<void>;
  readonly end: (cluster: ObservedCluster, at: number) => Promise<void>;
}

const KILLED: Fault = {
  name: 'killed',
  goals: [['unreachable', 'known by all', 500]],
  begin: (cluster, at) => cluster.nodes[at]!.kill(),
  end: (cluster, at) => cluster.startAgain(at),
};

const LOST: Fault['goals'] = [
  ['unreachable', 'known by all', 4_000],
  ['lost', 'confirmed lost', 4_000],
];

const FROZEN: Fault = {
  name: 'frozen',
  goals: LOST,
  begin: async ({ nodes }, at) => nodes[at]!.signal('SIGSTOP'),
  end: async ({ nodes }, at) => nodes[at]!.signal('SIGCONT'),
};

const CUT_OFF: Fault = {
  name: 'cut off',
  goals: LOST,
  begin: ({ network }, at) => network.isolate(at, true),
  end: ({ network }, at) => network.isolate(at, false),
};

/** Real processes: here the machine, and what else it does, has a part. */
export const realMembership: Bench = { run };

async function run({ short, note }: BenchContext): Promise<Metric[]> {
  const nodes = short ? 5 : 16;
  const metrics: Metric[] = [];
  await using cluster = await ObservedCluster.make({ nodes, note });
  for (const [cold, goalMs] of [
    [true, 12_000],
    [false, 3_000],
  ] as const) {
    const what = cold ? 'cold' : 'running';
    const view: number[] = [];
    const mesh: number[] = [];
    for (let time = 0; time < (short ? 1 : 5); time += 1) {
      note(`${nodes} ${what} processes become a cluster`);
      await cluster.stop();
      const took = await cluster.start({ cold });
      view.push(took.view);
      mesh.push(took.mesh);
    }
    const name = `${nodes} processes, ${what}: until each`;
    const unit = 'ms';
    metrics.push(
      metric({ name: `${name} knows of all as up`, unit, samples: view, baseline: goal(goalMs) }),
      metric({ name: `${name} is connected with every other`, unit, samples: mesh }),
    );
  }
  for (const fault of [KILLED, FROZEN, CUT_OFF]) {
    if (fault === CUT_OFF && !cluster.network.faulty) continue;
    metrics.push(...(await detected(cluster, fault, short ? 1 : 20, note)));
  }
  metrics.push(await underLoad(cluster, short ? 5_000 : 600_000, note));
  return metrics;
}

async function detected(
  cluster: ObservedCluster,
  { name, goals, begin, end }: Fault,
  trials: number,
  note: BenchContext['note'],
): Promise<Metric[]> {
  const times = goals.map((): number[] => []);
  const nodes = cluster.nodes.length;
  for (let trial = 0; trial < trials; trial += 1) {
    note(`one of ${nodes} processes is ${name}, ${trial + 1} of ${trials}`);
    const at = (trial * 7 + 1) % nodes;
    const id = cluster.idOf(at);
    const others = cluster.nodes.filter((_, each) => each !== at);
    for (const each of cluster.nodes) each.forget();
    const began = monotonicMs();
    await begin(cluster, at);
    for (const [goalAt, [kind]] of goals.entries()) {
      const known = others.map((other) => within(began, other.thinks(kind, id)));
      times[goalAt]!.push(Math.max(...(await Promise.all(known))) - began);
    }
    for (const each of cluster.nodes) each.forget();
    const ended = monotonicMs();
    await end(cluster, at);
    // It comes back as another life of it.
    await Promise.all(others.map((other) => within(ended, other.thinks('joined', id))));
    await within(ended, cluster.nodes[at]!.whole());
    await pause(SETTLED_MS);
  }
  return goals.flatMap(([, what, goalMs], at) =>
    [0.5, 0.99].map((share) =>
      metric({
        name: `${nodes} processes, one ${name}: ${what}, p${share * 100}`,
        unit: 'ms',
        samples: [percentile(times[at]!, share)],
        baseline: goal(goalMs, share),
      }),
    ),
  );
}

/** How often a node was taken for unreachable or lost that ran, while all processors were busy with something else. */
async function underLoad(
  { nodes }: ObservedCluster,
  ms: number,
  note: BenchContext['note'],
): Promise<Metric> {
  note(`${nodes.length} processes beside a busy one for each processor, for ${ms / 1_000} s`);
  for (const each of nodes) each.forget();
  const busy = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
  );
  await pause(ms);
  for (const each of busy) each.kill('SIGKILL');
  const wrong = nodes.flatMap(({ opinions }) =>
    opinions.filter(({ kind }) => kind === 'unreachable' || kind === 'lost'),
  );
  return metric({
    name: `${nodes.length} processes beside full load for ${ms / 1_000} s: wrongly given up`,
    unit: 'times',
    samples: [wrong.length],
    baseline: { name: 'the goal', samples: [0] },
  });
}

/** When it was, or after so long that it is given up: on a machine that is too busy who was to see it may have been lost meanwhile. */
async function within(began: number, awaited: Promise<number>): Promise<number> {
  const late = new AbortController();
  const given = pause(GIVEN_UP_MS, began + GIVEN_UP_MS, { signal: late.signal });
  given.catch(() => {}); // it came in time
  try {
    return await Promise.race([awaited, given]);
  } finally {
    late.abort();
  }
}

function goal(ms: number, share?: number): { name: string; samples: number[] } {
  return { name: share === undefined ? 'the goal' : `the goal for p99`, samples: [ms] };
}
