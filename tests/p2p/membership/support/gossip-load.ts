import type { SimulatedCluster } from './simulated-cluster.ts';

export interface Load {
  /** Bytes of packets that a node sends in a second: the mean of all, and the most that one does. */
  readonly bytes: number;
  readonly most: number;
}

/** What the running nodes send while so many milliseconds pass. */
export function loadDuring(cluster: SimulatedCluster, ms: number): Load {
  for (const node of cluster.nodes) node.bytes = 0;
  cluster.run(ms);
  const rates = cluster.nodes.map(({ bytes }) => (bytes * 1_000) / ms);
  return {
    bytes: rates.reduce((sum, rate) => sum + rate) / rates.length,
    most: Math.max(...rates),
  };
}
