import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';

// A node that cannot be reached for so long is taken for gone: its vTasks are lost to those who watch them.
const LOST_AFTER_MS = 5_000;

/** Tells the kernel of what becomes of the other nodes. Returns what stops it. */
export function followPeers(network: PeerNetwork, kernel: Kernel, clock: Clock): () => void {
  const lost = new Map<string, () => void>();
  network.listen({
    onFrame: (node, frame) => kernel.peerFrames.receive(node, frame),
    onUp(node) {
      lost.get(node)?.();
      lost.delete(node);
    },
    onDown(node) {
      kernel.nodeDown(node);
      lost.set(
        node,
        clock.after(LOST_AFTER_MS, () => kernel.nodeLost(node)),
      );
    },
    onRecord() {},
    onMember() {},
  });
  return () => {
    for (const cancel of lost.values()) cancel();
  };
}
