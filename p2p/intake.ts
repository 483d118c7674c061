import type { NodeId } from './node-id.ts';

const RATE = 100; // packets a second from one peer: membership in a cluster of two sends a third of that, the registry a tenth
const BURST = 256; // what a peer has sent while this node was held up comes at once

/**
 * How much of a peer is listened to. More is dropped, as a network would: whoever floods cannot make this node spend its
 * news, or its time, on answers.
 */
export class Intake {
  readonly #levels = new Map<NodeId, { level: number; at: number }>();

  /** Whether the packet is to be read. */
  admits(peer: NodeId, now: number): boolean {
    const before = this.#levels.get(peer) ?? { level: BURST, at: now };
    const level = Math.min(BURST, before.level + ((now - before.at) * RATE) / 1_000);
    const admitted = level >= 1;
    this.#levels.set(peer, { level: admitted ? level - 1 : level, at: now });
    return admitted;
  }
}
