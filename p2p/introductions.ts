import type { NodeId } from './node-id.ts';
import type { Peers } from './peers.ts';
import type { Roster } from './roster.ts';

export interface IntroductionsComponents {
  readonly roster: Pick<Roster, 'members' | 'size'>;
  /** Those that there are links with. */
  readonly peers: Pick<Peers, 'linkWith' | 'links'>;
}

/**
 * Whoever meets a node first tells all whom it is connected with, so that they know of it before they meet it: what membership and the
 * registry say means nothing to who does not know the node.
 */
export class Introductions {
  readonly #components: IntroductionsComponents;
  /** Those that nobody has spoken of before they came themselves. */
  readonly #newcomers = new Set<NodeId>();
  /** How many nodes of the roster each peer was told of by the ack on the connection that is being made with it. */
  readonly #told = new Map<NodeId, number>();

  constructor(components: IntroductionsComponents) {
    this.#components = components;
  }

  /** A node says of itself what was not known. */
  news(id: NodeId): void {
    this.#newcomers.add(id);
  }

  /** A node is told the whole roster. */
  acknowledges(id: NodeId): void {
    this.#told.set(id, this.#components.roster.size);
  }

  /** There is a link with a node: it is made known to the others, and they, as far as it does not know of them, to it. */
  met(id: NodeId): void {
    const { peers, roster } = this.#components;
    if (this.#newcomers.delete(id)) {
      const newcomer = roster.members().filter((member) => member.id === id);
      for (const link of peers.links()) if (link.hello.id !== id) link.introduce(newcomer);
    }
    const told = this.#told.get(id) ?? 0;
    this.#told.delete(id);
    if (told === roster.size) return; // as nearly always
    const since = roster.members(told);
    const others = since.filter((member) => member.id !== id && peers.linkWith(member.id));
    if (others.length > 0) peers.linkWith(id)?.introduce(others);
  }
}
