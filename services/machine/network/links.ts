import type { Clock } from '#kernel/clock.ts';
import type { Card } from './card.ts';
import { HEADER_BYTES, MAX_FRAME_BYTES } from './frame-stream.ts';
import { LearningSwitch, type Port } from './switch.ts';
import { Trunk } from './trunk.ts';

/** The other nodes, as links need them. */
export interface LinkPeers {
  /** Those with which there is a connection. */
  others(): ReadonlySet<string>;
  /**
   * Gives another node frames of a tenant's link.
   * @returns whether it has machines on it
   * @throws it cannot be reached
   */
  carry(
    node: string,
    tenant: string,
    link: string,
    frames: readonly Uint8Array[],
  ): Promise<boolean>;
}

interface Link {
  readonly fabric: LearningSwitch;
  readonly cards: Set<Card>;
  readonly trunks: Map<string, Trunk>;
}

/**
 * The links of this node: each joins machines of one tenant, on all nodes, as if they were on one switch. A node is not told
 * who has machines on a link: it asks by the frames themselves, which are answered with yes or no.
 */
export class Links {
  readonly #clock: Clock;
  readonly #peers: LinkPeers;
  readonly #links = new Map<string, Link>();

  constructor(clock: Clock, peers: LinkPeers) {
    this.#clock = clock;
    this.#peers = peers;
  }

  /** Puts a card on a link. @returns what takes it off again */
  join(tenant: string, name: string, card: Card): () => void {
    const key = keyOf(tenant, name);
    const link = this.#links.get(key) ?? this.#open(key);
    link.cards.add(card);
    card.onFrame = (frame) => this.#sent(link, tenant, name, frame, card);
    return () => {
      card.onFrame = () => {};
      link.cards.delete(card);
      link.fabric.forget(card);
      if (link.cards.size === 0) this.#links.delete(key);
    };
  }

  /** Frames from another node. @returns whether there are machines here that they may be for */
  carried(node: string, tenant: string, name: string, frames: readonly Uint8Array[]): boolean {
    const link = this.#links.get(keyOf(tenant, name));
    if (!link) return false;
    const from = this.#trunk(link, node, tenant, name);
    from.isThere();
    for (const frame of frames) {
      if (frame.length < HEADER_BYTES || frame.length > MAX_FRAME_BYTES) continue;
      const to = link.fabric.route(frame, from);
      // What is for another node goes there from where it comes from: passed on it could go round for ever.
      if (to === undefined) for (const card of link.cards) card.deliver(frame);
      else if (!(to instanceof Trunk)) to.deliver(frame);
    }
    return true;
  }

  #open(key: string): Link {
    const link: Link = {
      fabric: new LearningSwitch(this.#clock),
      cards: new Set(),
      trunks: new Map(),
    };
    this.#links.set(key, link);
    return link;
  }

  #sent(link: Link, tenant: string, name: string, frame: Uint8Array, from: Card): void {
    const to: Port | undefined = link.fabric.route(frame, from);
    if (to === from) return;
    if (to) return to.deliver(frame);
    for (const card of link.cards) if (card !== from) card.deliver(frame);
    const others = this.#peers.others();
    for (const node of others) this.#trunk(link, node, tenant, name).deliver(frame);
    for (const [node, trunk] of link.trunks) {
      if (others.has(node)) continue;
      link.trunks.delete(node);
      link.fabric.forget(trunk);
    }
  }

  #trunk(link: Link, node: string, tenant: string, name: string): Trunk {
    const known = link.trunks.get(node);
    if (known) return known;
    const carry = (frames: readonly Uint8Array[]): Promise<boolean> =>
      this.#peers.carry(node, tenant, name, frames);
    const trunk = new Trunk(this.#clock, carry);
    link.trunks.set(node, trunk);
    return trunk;
  }
}

/** Neither has a space in it. */
function keyOf(tenant: string, link: string): string {
  return `${tenant} ${link}`;
}
