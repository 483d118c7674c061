import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { KnownWalls } from '#kernel/cell/known-walls.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { interleave } from '../interleave.ts';
import { runCommand } from '../process/command.ts';
import { metric } from '../report/metric.ts';

const ROUNDS = 5;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VSTAR = fileURLToPath(new URL('../../cli/vstar.js', import.meta.url));

/** How long a person waits for a node, a cluster, a command, and for the first thing that they type. */
export const start: Bench = {
  async run({ short, note }) {
    note('starts nodes and commands');
    const contestants = [
      () => cluster(1),
      () => withWallsTried(),
      () => cluster(3),
      () => command([process.execPath, VSTAR, '--help']),
      // Without its look for missing dependencies: a bench must never install anything.
      () => command(['npm', 'start', '--silent', '--ignore-scripts', '--prefix', ROOT]),
      () => command([process.execPath, '--eval', '0']),
    ];
    const results = await interleave(short ? 1 : ROUNDS, contestants);
    const [node, tried, three, help, npm, bare] = results.map((each) => [...each]);
    const trying = { name: 'walls of cells tried out anew', samples: tried! };
    const empty = { name: 'bare Node process', samples: bare! };
    return [
      metric({ name: 'node, start to ready', unit: 's', samples: node!, baseline: within(1) }),
      metric({ name: 'node, start to ready', unit: 's', samples: node!, baseline: empty }),
      metric({ name: 'node, start to ready', unit: 's', samples: node!, baseline: trying }),
      metric({ name: '3 nodes, start to ready', unit: 's', samples: three!, baseline: empty }),
      metric({ name: 'vstar --help', unit: 's', samples: help!, baseline: empty }),
      metric({ name: 'npm start, warm', unit: 's', samples: npm!, baseline: within(10) }),
    ];
  },
};

function within(seconds: number): { name: string; samples: readonly number[] } {
  return { name: 'the goal', samples: [seconds] };
}

/** Seconds until all nodes of a cluster are ready and one has taken a client. */
async function cluster(nodes: number): Promise<number> {
  const begin = performance.now();
  await using started = await Cluster.start({ nodes, lanes: 1 });
  void started;
  return (performance.now() - begin) / 1_000;
}

/** The same of a node, as it is where nothing is known of earlier starts. */
async function withWallsTried(): Promise<number> {
  await new KnownWalls(cacheDir()).forget();
  return cluster(1);
}

async function command(words: readonly string[]): Promise<number> {
  return (await runCommand(words)).wallS;
}
