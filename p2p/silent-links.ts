import { PeerUnreachableError } from './errors.ts';
import type { Clock } from './environment.ts';
import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';

// Of a connection, before that of an unreachable node is given up.
const UNREACHABLE_SILENCE_MS = 3_500;

export interface SilentLinksComponents {
  readonly clock: Clock;
  readonly linkWith: (node: NodeId) => Link | undefined;
  readonly isUnreachable: (node: NodeId) => boolean;
}

/**
 * Gives up connections with nodes that answer nobody, so that whoever waits for their answers is told so. But that ends what a
 * process that was only held up would finish, so a connection has to have been silent for longer than the verdict takes.
 */
export class SilentLinks {
  readonly #components: SilentLinksComponents;

  constructor(components: SilentLinksComponents) {
    this.#components = components;
  }

  /** A node is thought to be unreachable, with which there may be a connection. */
  look(node: NodeId): void {
    const link = this.#components.linkWith(node);
    // Not within the membership's own work: it hears of the connection in turn.
    if (link !== undefined) this.#lookAfter(0, node, link);
  }

  #lookAfter(ms: number, node: NodeId, link: Link): void {
    const { clock, isUnreachable, linkWith } = this.#components;
    clock.after(ms, () => {
      if (linkWith(node) !== link || !isUnreachable(node)) return;
      const leftMs = link.heardAt + UNREACHABLE_SILENCE_MS - clock.now();
      if (leftMs > 0) this.#lookAfter(leftMs, node, link);
      else link.giveUp(new PeerUnreachableError(node));
    });
  }
}
