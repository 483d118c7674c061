import { circuitAddress } from './relay/circuit-address.ts';
import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Peer } from './peer.ts';
import type { Roster } from './roster.ts';

/** The other nodes of the roster, with the links that there are. */
export class Peers {
  readonly #roster: Roster;
  readonly #byId = new Map<NodeId, Peer>();

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: NodeId): Peer | undefined {
    return this.#byId.get(id);
  }

  add(peer: Peer): void {
    this.#byId.set(peer.id, peer);
  }

  all(): IterableIterator<Peer> {
    return this.#byId.values();
  }

  linkWith(id: NodeId): Link | undefined {
    return this.#byId.get(id)?.link;
  }

  links(): Link[] {
    return [...this.#byId.values()].flatMap(({ link }) => link ?? []);
  }

  /** Where a node that there is a link with can be dialled once more; empty for others. */
  addressesOf(id: NodeId): readonly string[] {
    const link = this.linkWith(id);
    if (link === undefined) return [];
    if (link.relay !== undefined) return [link.address];
    const own = this.#roster.get(id)?.addresses ?? [];
    // Who has dialled may be where nobody can dial it: then it is asked to do so once more.
    return link.dialled ? own : [...own, circuitAddress(id, id)];
  }

  /** Members by way of which another may be reached, the nearest first. */
  relaysFor(id: NodeId): NodeId[] {
    return [...this.#byId.values()]
      .flatMap((peer) => {
        const { link } = peer;
        if (peer.id === id || link === undefined || link.relay !== undefined) return [];
        return [{ id: peer.id, us: link.shortestRoundTripUs }];
      })
      .toSorted((a, b) => a.us - b.us)
      .map((relay) => relay.id);
  }
}
