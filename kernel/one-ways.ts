import { OneWayIn, OneWayOut } from '#kernel/ipc/one-way.ts';
import { writePassingToPeer, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { Hops } from '#kernel/metrics/hops.ts';
import type { Peers } from '#kernel/peers.ts';
import type { NodeId } from '#kernel/vtid.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { ResumeFrame } from '#posiv-wit/generated/wire.ts';

const FOR_THE_NODE = ''; // no tenant: it speaks for itself
// Messages by credit are bounded by that, and need three quarters of this at worst. What is left is for credits that are given
// back: a node can have one sent by each frame of its own, and need not say that it has taken any.
const MOST_BYTES = 32 << 20;

/**
 * What nodes send each other that nobody answers: it arrives once, unless one of the two is lost. Of credits that are given
 * back no more is kept for a node than there is room for: then the connection with it ends, for on the next one it asks for all
 * of them again.
 */
export class OneWays {
  readonly #peers: Peers;
  readonly #hops: Hops;
  readonly #writer = new Writer();
  readonly #outs = new Map<NodeId, OneWayOut>();
  readonly #ins = new Map<NodeId, OneWayIn>();

  constructor(peers: Peers, hops: Hops) {
    this.#peers = peers;
    this.#hops = hops;
  }

  /** @param tenant that of the vTask that it speaks for; empty for this node itself */
  send(node: NodeId, frame: NodeFrame, tenant: string): void {
    if (frame.tag === 'release' && this.bytesTo(node) > MOST_BYTES)
      return this.#peers.giveUp(node, MOST_BYTES);
    this.#hops.left('node', frame);
    this.#out(node).send(this.#encode(frame, tenant));
  }

  /** Sends what is still to be sent; false while it cannot: nothing else may go before it. */
  catchUp(node: NodeId): boolean {
    return this.#outs.get(node)?.catchUp() ?? true;
  }

  /** Bytes of memory that are held for what a node may not have. */
  bytesTo(node: NodeId): number {
    return this.#outs.get(node)?.bytes ?? 0;
  }

  /** What was sent again, to which node and how often. */
  sentAgain(): ReadonlyMap<NodeId, number> {
    const all = [...this.#outs].map(([node, { sentAgain }]) => [node, sentAgain] as const);
    return new Map(all.filter(([, times]) => times > 0));
  }

  /** One has come from a node, in a frame of so many bytes: false for one that was taken before. */
  takes(node: NodeId, bytes: number): boolean {
    return this.#in(node).takes(bytes);
  }

  resumed(node: NodeId, frame: ResumeFrame): void {
    this.#in(node).resume(frame);
  }

  /** A node has taken all up to this number. */
  taken(node: NodeId, number: number): void {
    this.#outs.get(node)?.taken(number);
  }

  nodeDown(node: NodeId): void {
    this.#outs.get(node)?.down();
  }

  nodeLost(node: NodeId): void {
    this.#outs.get(node)?.lost();
  }

  #out(node: NodeId): OneWayOut {
    let out = this.#outs.get(node);
    if (out) return out;
    out = new OneWayOut({
      life: this.#peers.incarnation,
      send: (frame) => this.#peers.send(node, frame, true),
      resume: (val) => this.#tell(node, { tag: 'resume', val }),
    });
    this.#outs.set(node, out);
    return out;
  }

  #in(node: NodeId): OneWayIn {
    let inward = this.#ins.get(node);
    if (inward) return inward;
    inward = new OneWayIn((val) => this.#tell(node, { tag: 'taken', val }));
    this.#ins.set(node, inward);
    return inward;
  }

  /** How far it is: of one-ways itself, so it waits for none of them. False if there is no connection. */
  #tell(node: NodeId, frame: NodeFrame): boolean {
    const sent = this.#peers.send(node, this.#encode(frame, FOR_THE_NODE), true);
    if (sent) this.#hops.left('node', frame);
    return sent;
  }

  #encode(frame: NodeFrame, tenant: string): Uint8Array {
    writePassingToPeer(this.#writer.reset(), tenant, frame);
    return this.#writer.view;
  }
}
