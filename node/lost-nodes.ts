import type { Clock } from '#kernel/clock.ts';
import type { NodeId } from '#kernel/vtid.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';

/** From the verdict that a node answers nobody: a process that was only held up, or a cut that heals, is back by then. */
const LOST_AFTER_MS = 5_000;

/**
 * Says which nodes are gone with their vTasks. That is this node's opinion, formed of what membership thinks: whoever
 * fences a node instead of waiting for it takes the place of this class.
 */
export class LostNodes {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #onLost: (node: NodeId) => void;
  readonly #waiting = new Map<NodeId, () => void>();
  /** The life of each that was last heard of. */
  readonly #lives = new Map<NodeId, number>();

  /** @param onLost the vTasks that a node had until now are gone */
  constructor(clock: Pick<Clock, 'after'>, onLost: (node: NodeId) => void) {
    this.#clock = clock;
    this.#onLost = onLost;
  }

  heard({ what, node, incarnation }: MembershipEvent): void {
    switch (what) {
      case 'joined': {
        this.#forgive(node);
        const before = this.#lives.get(node);
        this.#lives.set(node, incarnation);
        if (before !== undefined && before < incarnation) this.#onLost(node); // it has started anew
        break;
      }
      case 'alive':
        this.#forgive(node);
        break;
      case 'unreachable':
        this.#forgive(node);
        this.#waiting.set(
          node,
          this.#clock.after(LOST_AFTER_MS, () => this.#lose(node)),
        );
        break;
      case 'left':
        this.#lose(node);
        break;
      case 'suspect':
      case 'superseded':
    }
  }

  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #lose(node: NodeId): void {
    this.#forgive(node);
    this.#onLost(node);
  }

  #forgive(node: NodeId): void {
    this.#waiting.get(node)?.();
    this.#waiting.delete(node);
  }
}
