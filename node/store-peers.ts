import type { Kernel } from '#kernel/kernel.ts';
import { UnreachableError } from '#node/errors.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { StorePeers } from '#services/vstore/components.ts';

/** The peer network as vStore sees it; its calls travel as the kernel's do. */
export function storePeers(network: PeerNetwork, kernel: () => Kernel): StorePeers {
  return {
    self: network.self,
    members: () => network.members().flatMap(({ id, revoked }) => (revoked ? [] : [id])),
    reachable: (node) => network.members().some(({ id, connected }) => id === node && connected),
    ready: () => network.ready,
    async call(node, name, params) {
      try {
        return await kernel().peerCalls.call(node, name, params);
      } catch (cause) {
        throw new UnreachableError(`node ${node}: ${(cause as Error).message}`, { cause });
      }
    },
    pull: (node, name, offset, size, signal) => network.pull(node, name, offset, size, signal),
  };
}
