import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { LostNodes } from '#node/lost-nodes.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';

/** Tells the kernel of what becomes of the other nodes. Returns what stops it. */
export function followPeers(network: PeerNetwork, kernel: Kernel, clock: Clock): () => void {
  const lost = new LostNodes(clock, (node) => kernel.nodeLost(node));
  network.listen({
    onFrame: (node, frame) => kernel.peerFrames.receive(node, frame),
    onUp() {},
    // What was under way on the connection may have been lost. Membership ends it where the node answers nobody.
    onDown: (node) => kernel.nodeDown(node),
    onOpinion: (event) => lost.heard(event),
    onRecord() {},
    onMember() {},
  });
  return () => lost.close();
}
