import { SimulatedCluster, type SimulatedNode } from './simulated-cluster.ts';

const FAULT_MS = 6_000;
const RECOVERY_MS = 10_000;

/** What happens to a node, and how it is made good. */
export interface Fault {
  begin(cluster: SimulatedCluster, node: SimulatedNode): void;
  end(cluster: SimulatedCluster, node: SimulatedNode): void;
}

export const KILLED: Fault = {
  begin: (cluster, node) => cluster.kill(node),
  end: (cluster, node) => cluster.restart(node),
};

export const FROZEN: Fault = {
  begin: (cluster, node) => cluster.freeze(node),
  end: (cluster, node) => cluster.thaw(node),
};

export const CUT_OFF: Fault = {
  begin: (cluster, node) => {
    const others = cluster.nodes.filter((one) => one !== node);
    cluster.block([node], others);
    cluster.block(others, [node]);
  },
  end: (cluster) => cluster.heal(),
};

/**
 * For each round, when the last of the others took a node for unreachable, in milliseconds from the fault; infinite if one
 * of them did not in time.
 * @throws {Error} the nodes do not agree again after it
 */
export function detectionTimes(
  fault: Fault,
  { nodes, rounds, seed }: { nodes: number; rounds: number; seed: number },
): number[] {
  const cluster = new SimulatedCluster({ nodes, seed });
  cluster.run(3_000);
  return Array.from({ length: rounds }, (_, round) => {
    const node = cluster.nodes[round % nodes]!;
    const others = cluster.nodes.filter((one) => one !== node);
    const since = cluster.time.now;
    fault.begin(cluster, node);
    cluster.run(FAULT_MS);
    const known = cluster.knownAfter('unreachable', node, others, since) ?? Infinity;
    fault.end(cluster, node);
    cluster.run(RECOVERY_MS);
    if (cluster.disagreements().length > 0) throw new Error(cluster.disagreements().join(', '));
    return known;
  });
}
