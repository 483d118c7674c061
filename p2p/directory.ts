import { peerAsMember, selfAsMember, type Member, type NetworkEvents } from './member.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Clock } from './environment.ts';
import type { NodeId } from './node-id.ts';
import type { Peers } from './peers.ts';
import type { Roster, RosterEntry } from './roster.ts';

export interface DirectoryComponents {
  readonly clock: Clock;
  readonly roster: Roster;
  readonly peers: Peers;
  readonly view: () => ClusterView;
}

export interface DirectoryInit {
  /** Of this node's software. */
  readonly version: string;
  isRevoked(id: NodeId): boolean;
}

/** The nodes of the roster as this one sees them, and those who want to hear of them. */
export class Directory {
  readonly #components: DirectoryComponents;
  readonly #init: DirectoryInit;
  readonly #listeners: NetworkEvents[] = [];

  constructor(components: DirectoryComponents, init: DirectoryInit) {
    this.#components = components;
    this.#init = init;
  }

  members(): readonly Member[] {
    return this.#components.roster.entries().map((entry) => this.#member(entry));
  }

  /** Tells of what happens from now on, and first of the nodes that are up and the records that are there. */
  listen(events: NetworkEvents): void {
    const { peers, view } = this.#components;
    this.#listeners.push(events);
    for (const peer of peers.all()) {
      if (peer.link !== undefined) events.onUp(peer.id);
      const record = view().registry.record(peer.id);
      if (record !== undefined) events.onRecord(peer.id, record);
    }
  }

  /** Tells all who listen, in the order in which they began. */
  tell(what: (events: NetworkEvents) => void): void {
    for (const listener of this.#listeners) what(listener);
  }

  /** Tells how a member stands now. */
  tellMember(id: NodeId): void {
    const entry = this.#components.roster.get(id);
    if (entry === undefined || this.#listeners.length === 0) return;
    this.tell((events) => events.onMember(this.#member(entry)));
  }

  #member(entry: RosterEntry): Member {
    const { clock, peers, roster, view } = this.#components;
    const { membership, registry } = view();
    const record = registry.record(entry.id);
    const published = record && { record, recordLife: registry.lifeOf(entry.id) };
    if (entry.id === roster.self) return selfAsMember(entry, this.#init.version, published);
    const opinion = membership.standingOf(entry.id);
    const seen = { now: clock.now(), revoked: this.#init.isRevoked(entry.id) };
    return peerAsMember(entry, peers.get(entry.id), published, opinion, seen);
  }
}
