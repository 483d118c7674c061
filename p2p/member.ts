import type { MembershipEvent } from './membership/events.ts';
import type { NodeId } from './node-id.ts';
import type { Peer } from './peer.ts';
import type { NodeRecord } from './registry/record.ts';
import type { RosterEntry } from './roster.ts';
import type { LinkFigures } from './traffic.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';
import type { Standing } from '#posiv-wit/generated/p2p/membership.ts';

/** How a node stands with this one. `unreachable` is an opinion: it may run, cut off from here. */
export type MemberStanding = 'self' | 'up' | 'suspect' | 'unreachable' | 'left';

/** One node of the roster, as this node sees it. */
export interface Member {
  readonly id: NodeId;
  readonly name: string;
  readonly addresses: readonly string[];
  /** Counts its starts. */
  readonly incarnation: number;
  /** Of its software; empty while it was never reached. */
  readonly version: string;
  /** What this node thinks of it: `membership/` finds that out, and one connection has little part in it. */
  readonly standing: MemberStanding;
  /** Taken out of the cluster for good: it keeps its entry in the roster, and nothing waits for it. */
  readonly revoked: boolean;
  /** Whether there is a connection with it now: what is sent goes somewhere. */
  readonly connected: boolean;
  /** The member by way of which it is connected; left out where nobody is in between. */
  readonly relay?: NodeId;
  /** Since it was last heard from, or first heard of; 0 for this node. */
  readonly silentMs: number;
  /** Of the last heartbeat, in microseconds; 0 where there was none. */
  readonly roundTripUs: number;
  /** What has gone over the connections with it, when it is asked for; none of this node. */
  readonly link?: () => LinkFigures;
  /** The newest that it published; kept when it becomes unreachable. */
  readonly record?: NodeRecord;
  /** The incarnation of it that published that. */
  readonly recordLife?: number;
}

/** What happens, in order. But for `onFrame` and `onRegisters`, nothing may throw. */
export interface NetworkEvents {
  /** An opaque frame of the other kernel: a view to be kept or read, not written. To throw cuts the peer off. */
  onFrame(node: NodeId, frame: Uint8Array): void;
  /** A frame of the other node's registers, on the same terms. */
  onRegisters?(node: NodeId, frame: Uint8Array): void;
  /** Of the connection with a node, once for each change. Frames come between an `onUp` and the next `onDown`. */
  onUp(node: NodeId): void;
  onDown(node: NodeId, reason: string): void;
  /** This node has changed its mind on another. */
  onOpinion?(event: MembershipEvent): void;
  /** A newer record of another node. */
  onRecord(node: NodeId, record: NodeRecord): void;
  /** A newer fact, which another node has set. */
  onFact?(fact: Fact): void;
  /** A member is new, or its name, addresses, incarnation or standing changed. */
  onMember(member: Member): void;
}

/** What a node has published, and in which of its lives. */
export interface Published {
  readonly record: NodeRecord;
  readonly recordLife: number;
}

export function selfAsMember(
  entry: RosterEntry,
  version: string,
  published: Published | undefined,
): Member {
  const { id, name, addresses, incarnation } = entry;
  const member: Writable<Member> = {
    id,
    name,
    addresses,
    incarnation,
    version,
    standing: 'self',
    revoked: false,
    connected: true,
    silentMs: 0,
    roundTripUs: 0,
  };
  return published === undefined ? member : withRecord(member, published);
}

export function peerAsMember(
  entry: RosterEntry,
  peer: Peer | undefined,
  published: Published | undefined,
  opinion: Standing['tag'] | undefined,
  { now, revoked }: { readonly now: number; readonly revoked: boolean },
): Member {
  const { id, name, addresses, incarnation } = entry;
  const link = peer?.link;
  const connected = link !== undefined;
  const member: Writable<Member> = {
    id,
    name,
    addresses,
    incarnation,
    version: peer?.version ?? '',
    // Of whom nothing was ever heard, nothing is expected.
    standing: opinion === 'alive' ? 'up' : (opinion ?? (connected ? 'up' : 'unreachable')),
    revoked,
    connected,
    silentMs: Math.max(0, Math.round(now - (peer?.heardAt ?? now))),
    roundTripUs: link?.roundTripUs ?? 0,
  };
  if (link?.relay !== undefined) member.relay = link.relay;
  if (peer !== undefined) member.link = peer.figures;
  return published === undefined ? member : withRecord(member, published);
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

function withRecord(member: Writable<Member>, { record, recordLife }: Published): Member {
  member.record = record;
  member.recordLife = recordLife;
  return member;
}
