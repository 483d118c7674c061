import { isUnanswered, type PassingFrame } from '#kernel/ipc/passing.ts';
import type { NodeId } from '#kernel/vtid.ts';

/** Of one node: what one of its vTasks may have out at most, or 64 of those whose limits nobody has raised. Some 15 MB. */
export const MOST_SENDS = 1 << 16;

interface Send {
  readonly sender: string;
  readonly target: string;
  /** Its target has room for it now, and it is to come once more. */
  hasRoom: boolean;
}

/**
 * The requests and messages of other nodes' vTasks that this node has not answered. Mailboxes count what is in them, not who is
 * parked before them, and a node can make up as many senders as it likes: so it is counted here, where they come in.
 */
export class SendsOfNodes {
  readonly #out = new Map<NodeId, Map<string, Send>>();

  /** One has come from a node, or come back: whether it may go on, is one too many, or is out already. */
  came(node: NodeId, frame: PassingFrame): 'goes-on' | 'too-many' | 'is-out' {
    if (isUnanswered(frame)) return 'goes-on';
    const key = keyOf(frame.sender, frame.id);
    let sends = this.#out.get(node);
    const send = sends?.get(key);
    if (send !== undefined) {
      if (!send.hasRoom || send.target !== frame.target) return 'is-out';
      send.hasRoom = false;
      return 'goes-on';
    }
    if (!sends) this.#out.set(node, (sends = new Map()));
    if (sends.size >= MOST_SENDS) return 'too-many';
    sends.set(key, { sender: frame.sender, target: frame.target, hasRoom: false });
    return 'goes-on';
  }

  /** Whether one is out that its sender takes back. It is not any more. */
  withdrawn(node: NodeId, { sender, target, id }: PassingFrame): boolean {
    const sends = this.#out.get(node);
    const key = keyOf(sender, id);
    return sends?.get(key)?.target === target && sends.delete(key);
  }

  /** A node is told what became of one. */
  told(node: NodeId, { tag, sender: target, target: sender, id }: PassingFrame): void {
    if (tag !== 'room' && tag !== 'answer') return;
    const sends = this.#out.get(node);
    const key = keyOf(sender, id);
    const send = sends?.get(key);
    if (send?.target !== target) return;
    if (tag === 'room') send.hasRoom = true;
    else sends!.delete(key);
  }

  /** Nobody answers to these vTasks any more, or for them. */
  gone(vtids: readonly string[]): void {
    const all = new Set(vtids);
    for (const sends of this.#out.values())
      for (const [key, { sender, target }] of sends)
        if (all.has(sender) || all.has(target)) sends.delete(key);
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

const keyOf = (sender: string, id: number): string => `${sender}#${id}`;
