import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';

// How often a node tells the others what it holds.
const PUBLISH_EVERY_MS = 500;
const MAX_NAMED = 8_192;

export interface PublishingComponents {
  readonly network: PeerNetwork;
  readonly kernel: Kernel;
  readonly clock: Clock;
}

/** Publishes this node's record from time to time. Returns what stops it. */
export function publishing(
  { network, kernel, clock }: PublishingComponents,
  name: string,
): () => void {
  let cancel: () => void;
  const publish = (): void => {
    const named = [];
    for (const vtask of kernel.table.values())
      if (vtask.name !== undefined && vtask.endedMs === 0 && named.length < MAX_NAMED)
        named.push({
          tenant: vtask.tenant,
          name: vtask.name,
          vtid: vtask.vtid,
          state: vtask.state,
        });
    network.publish({
      name,
      lanes: kernel.lanes,
      vtasks: kernel.table.living,
      memoryUsed: kernel.table.memoryBytes,
      memoryLimit: kernel.memoryLimit,
      named,
      draining: kernel.draining,
    });
    cancel = clock.after(PUBLISH_EVERY_MS, publish);
  };
  publish();
  return () => cancel();
}
