import { Dissemination } from './dissemination.ts';
import { MAX_NEWS_BYTES } from './packet.ts';
import type { NodeId } from '../node-id.ts';
import type { Members } from './members.ts';
import type { PunctualTimers } from './punctual-timers.ts';
import type { MembershipParameters } from './settings.ts';
import type { PacketBody, Statement } from '#posiv-wit/generated/p2p/membership.ts';

export interface GossipComponents {
  timers: PunctualTimers;
  members: Members;
  parameters: MembershipParameters;
  send: (to: NodeId, body: PacketBody) => void;
}

/** Sends news in rounds to a few members at random, and only while there is any. */
export class Gossip {
  readonly #components: GossipComponents;
  readonly #dissemination = new Dissemination();
  #ticking = false;
  #closed = false;

  constructor(components: GossipComponents) {
    this.#components = components;
  }

  /** Spreads a statement, the first time before this turn of the event loop is over. */
  spread(statement: Statement): void {
    this.#dissemination.add(statement);
    if (this.#ticking || this.#closed) return;
    this.#ticking = true;
    this.#components.timers.after(0, () => this.#tick());
  }

  /** What goes with a packet. */
  take(maxBytes = MAX_NEWS_BYTES): Statement[] {
    const { members, parameters } = this.#components;
    if (this.#dissemination.isEmpty) return [];
    const times = Math.ceil(parameters.retransmit * Math.log(members.living + 1));
    return this.#dissemination.take(maxBytes, times);
  }

  close(): void {
    this.#closed = true;
  }

  #tick(): void {
    if (this.#closed || this.#dissemination.isEmpty) {
      this.#ticking = false;
      return;
    }
    const { members, parameters, send, timers } = this.#components;
    const hearers = members.pickInReach(parameters.fanout, ({ living }) => living);
    if (hearers.length === 0) {
      this.#ticking = false; // until there is more, and perhaps somebody
      return;
    }
    for (const { id } of hearers) send(id, { tag: 'news' });
    timers.after(parameters.gossipMs, () => this.#tick());
  }
}
