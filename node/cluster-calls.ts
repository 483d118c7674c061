import type { Kernel } from '#kernel/kernel.ts';
import type { NodeRegisters } from '#node/registers/node-registers.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { Node, NodesCalls } from '#posiv-wit/generated/cluster.ts';

/** `posiv:cluster/nodes`, as this node sees the others. */
export function clusterCalls(
  network: PeerNetwork,
  kernel: Kernel,
  registers: NodeRegisters,
): NodesCalls {
  return {
    list: () =>
      network
        .members()
        .map(
          ({
            id,
            name,
            standing,
            revoked,
            connected,
            relay,
            addresses,
            incarnation,
            version,
            silentMs,
            roundTripUs,
            record,
          }): Node => {
            const own = standing === 'self' ? kernel : undefined;
            return {
              id,
              name,
              standing: revoked ? 'revoked' : standing,
              connected,
              relay,
              addresses,
              incarnation,
              version,
              lanes: own?.lanes ?? record?.lanes ?? 0,
              vtasks: own?.table.living ?? record?.vtasks ?? 0,
              memoryUsed: own?.table.memoryBytes ?? record?.memoryUsed ?? 0,
              memoryLimit: own?.memoryLimit ?? record?.memoryLimit ?? 0,
              silentMs: Math.round(silentMs),
              roundTripUs: Math.round(roundTripUs),
              keepsRegisters: registers.isKeptBy(id),
              draining: own?.draining ?? record?.draining ?? false,
            };
          },
        )
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
