import { isUnanswered, type PassingFrame } from '#kernel/ipc/passing.ts';
import type { NodeId } from '#kernel/vtid.ts';

/** Of one node: what one of its vTasks may have out at most, or 64 of those whose limits nobody has raised. Some 15 MB. */
export const MOST_SENDS = 1 << 16;

interface Send {
  readonly target: string;
  /** Its target has room for it now, and it is to come once more. */
  hasRoom: boolean;
}

/** What the vTasks of one node have out, by their own names for it. */
class Sends {
  size = 0;
  readonly #bySender = new Map<string, Map<number, Send>>();

  get(sender: string, id: number): Send | undefined {
    return this.#bySender.get(sender)?.get(id);
  }

  add(sender: string, id: number, send: Send): void {
    const its = this.#bySender.get(sender);
    if (its) its.set(id, send);
    else this.#bySender.set(sender, new Map([[id, send]]));
    this.size += 1;
  }

  delete(sender: string, id: number): void {
    const its = this.#bySender.get(sender);
    if (!its?.delete(id)) return;
    this.size -= 1;
    if (its.size === 0) this.#bySender.delete(sender);
  }

  deleteOf(sender: string): void {
    this.size -= this.#bySender.get(sender)?.size ?? 0;
    this.#bySender.delete(sender);
  }

  deleteTo(targets: ReadonlySet<string>): void {
    for (const [sender, its] of this.#bySender)
      for (const [id, { target }] of its) if (targets.has(target)) this.delete(sender, id);
  }
}

/**
 * The requests and messages of other nodes' vTasks that this node has not answered. Mailboxes count what is in them, not who is
 * parked before them, and a node can make up as many senders as it likes: so it is counted here, where they come in.
 */
export class SendsOfNodes {
  readonly #out = new Map<NodeId, Sends>();

  /** One has come from a node, or come back: whether it may go on, is one too many, or is out already. */
  came(node: NodeId, frame: PassingFrame): 'goes-on' | 'too-many' | 'is-out' {
    if (isUnanswered(frame)) return 'goes-on';
    const { sender, id, target } = frame;
    let sends = this.#out.get(node);
    const send = sends?.get(sender, id);
    if (send) {
      if (!send.hasRoom || send.target !== target) return 'is-out';
      send.hasRoom = false;
      return 'goes-on';
    }
    if (!sends) this.#out.set(node, (sends = new Sends()));
    if (sends.size >= MOST_SENDS) return 'too-many';
    sends.add(sender, id, { target, hasRoom: false });
    return 'goes-on';
  }

  /** Whether one is out that its sender takes back. It is not any more. */
  withdrawn(node: NodeId, { sender, target, id }: PassingFrame): boolean {
    const sends = this.#out.get(node);
    if (sends?.get(sender, id)?.target !== target) return false;
    sends.delete(sender, id);
    return true;
  }

  /** A node is told what became of one. */
  told(node: NodeId, { tag, sender: target, target: sender, id }: PassingFrame): void {
    if (tag !== 'room' && tag !== 'answer') return;
    const sends = this.#out.get(node);
    const send = sends?.get(sender, id);
    if (send?.target !== target) return;
    if (tag === 'room') send.hasRoom = true;
    else sends!.delete(sender, id);
  }

  /** Nobody waits for what these vTasks of a node have out. */
  sendersGone(node: NodeId, vtids: readonly string[]): void {
    for (const vtid of vtids) this.#out.get(node)?.deleteOf(vtid);
  }

  /** Nobody answers for these vTasks of this node any more. */
  targetsGone(vtids: readonly string[]): void {
    const gone = new Set(vtids);
    for (const sends of this.#out.values()) sends.deleteTo(gone);
  }

  /** What its vTasks have out is forgotten, as by the mailboxes. */
  nodeDown(node: NodeId): void {
    this.#out.delete(node);
  }

  /** How many a node has out. */
  of(node: NodeId): number {
    return this.#out.get(node)?.size ?? 0;
  }
}
