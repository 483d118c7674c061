import { compareCounts, type Counts } from './precedence.ts';
import { leastSuspicionMs, Suspicion } from './suspicion.ts';
import type { NodeId } from '../node-id.ts';
import type { MembershipEvent } from './events.ts';
import type { Gossip } from './gossip.ts';
import type { LocalHealth } from './local-health.ts';
import type { KnownMember, Members } from './members.ts';
import type { OwnStanding } from './own-standing.ts';
import type { ProbeOrder } from './probe-order.ts';
import type { PunctualTimers } from './punctual-timers.ts';
import type { MembershipParameters } from './settings.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';

// More refutations than a node can have made unheard: without it one lie would use up the numbers that there are.
const MAX_LEAP = 2 ** 24;

/** How a statement came here: from the node that it is on, as news, or with all that another node holds. */
export type Source = 'itself' | 'gossip' | 'exchange';

export interface OpinionsComponents {
  timers: PunctualTimers;
  members: Members;
  order: ProbeOrder;
  own: OwnStanding;
  health: LocalHealth;
  gossip: Gossip;
  parameters: MembershipParameters;
  isAdmitted: (node: NodeId) => boolean;
  /** Finds out at once. */
  probe: (member: KnownMember) => void;
  onEvent: (event: MembershipEvent) => void;
}

/** What this node thinks of each member, and what makes it change its mind: the rules of SWIM, 4.2. */
export class Opinions {
  readonly #components: OpinionsComponents;
  #supersededBy: number;

  constructor(components: OpinionsComponents) {
    this.#components = components;
    this.#supersededBy = components.own.incarnation;
  }

  /**
   * Hears a statement.
   * @param from who passed it on
   */
  apply(statement: Statement, from: NodeId, source: Source): void {
    const { isAdmitted, members, own } = this.#components;
    if (statement.node === own.id) return this.#ofThisNode(statement);
    if (!isAdmitted(statement.node)) return;
    const member = members.get(statement.node) ?? this.#meet(statement, source);
    if (member === undefined) return;
    const order = compareCounts(statement, member);
    if (order < 0 || leaps(statement, member)) return;
    const { standing } = statement;
    if (order > 0 && standing.tag !== 'left') this.#alive(member, statement, source);
    // It has joined and asks to have it told: who has no connection with it knows only so.
    const asks = standing.tag === 'alive' && source === 'gossip' && from === member.id;
    if (asks && member.living && member.passedOn < member.incarnation) this.#passOn(member);
    if (standing.tag === 'suspect' && member.living)
      this.#suspect(member, standing.val.accuser, standing.val.closed, true);
    else if (standing.tag === 'unreachable' && member.living) this.#hearsay(member, from, source);
    else if (standing.tag === 'left' && (order > 0 || member.standing !== 'left'))
      this.#leave(member, statement);
  }

  /** This node got no answer from a member; neither did others, whose connections with it are closed. */
  unanswered(member: KnownMember, closedAt: readonly NodeId[]): void {
    if (!member.living) return;
    this.#suspect(member, this.#components.own.id, member.link === 'closed', true);
    for (const helper of closedAt) member.suspicion?.accuse(helper, true);
  }

  /** The connection with a member was closed. */
  linkClosed(member: KnownMember): void {
    if (member.doubted && member.living) this.#unreachable(member);
  }

  /** Ends what is pending. */
  close(): void {
    for (const { suspicion } of this.#components.members.all()) suspicion?.end();
  }

  /** Takes in a node of which nothing was known, as it is said to be; undefined where there is no room. */
  #meet(statement: Statement, source: Source): KnownMember | undefined {
    const { members, order } = this.#components;
    let member: KnownMember;
    try {
      member = members.add(statement);
    } catch {
      return undefined; // members-full: whoever connects with it is told
    }
    order.add(member);
    if (!member.living) return undefined; // nobody has to hear that it was ever there
    this.#alive(member, statement, source);
    return member;
  }

  #alive(member: KnownMember, counts: Counts, source: Source): void {
    const { onEvent } = this.#components;
    const was = member.standing;
    const { id: node } = member;
    const { incarnation, refutations } = counts;
    this.#change(member, { incarnation, refutations }, 'alive');
    // Who joins tells it itself, and tells nobody of those that it meets.
    if (incarnation === member.joined || source === 'gossip') this.#passOn(member);
    if (incarnation > member.joined) {
      member.joined = incarnation;
      onEvent({ what: 'joined', node, incarnation });
    } else if (was !== 'alive') onEvent({ what: 'alive', node, incarnation });
  }

  #passOn(member: KnownMember): void {
    member.passedOn = member.incarnation;
    this.#components.gossip.spread(member.statement());
  }

  #suspect(member: KnownMember, accuser: NodeId, closed: boolean, passOn: boolean): void {
    const { gossip, members, onEvent, parameters, timers } = this.#components;
    const { id: node, incarnation, refutations } = member;
    const isNew = member.suspicion === undefined;
    member.suspicion ??= new Suspicion(timers, {
      members: members.living,
      parameters,
      onExpired: () => this.#unreachable(member),
    });
    members.put(member, 'suspect');
    if (member.suspicion.accuse(accuser, closed) && passOn) {
      const standing = { tag: 'suspect' as const, val: { accuser, closed } };
      gossip.spread({ node, incarnation, refutations, standing });
    }
    if (isNew) onEvent({ what: 'suspect', node, incarnation, accuser });
  }

  /**
   * Others hold a member for unreachable which this node does not. That is followed, so that a verdict is known everywhere as
   * fast as gossip is. But whoever hears from the member itself, or hears of it only now in an exchange, as both sides of
   * a partition do that heals, gives it time to refute.
   */
  #hearsay(member: KnownMember, from: NodeId, source: Source): void {
    const { members, order, parameters, probe, timers } = this.#components;
    const freshMs = leastSuspicionMs(members.living, parameters);
    const isFresh = timers.now() - member.heardAt < freshMs;
    if (member.link === 'closed' || (source === 'gossip' && !isFresh)) {
      this.#unreachable(member);
      return;
    }
    const isNew = member.suspicion === undefined;
    this.#suspect(member, from, false, false);
    if (source === 'gossip') {
      member.doubted = true;
      probe(member);
    } else if (isNew) order.prefer(member); // not at once: there may be as many as there are members
  }

  #unreachable(member: KnownMember): void {
    const { gossip, onEvent } = this.#components;
    const { id: node, incarnation } = member;
    this.#change(member, member, 'unreachable');
    gossip.spread(member.statement());
    onEvent({ what: 'unreachable', node, incarnation });
  }

  #leave(member: KnownMember, counts: Counts): void {
    const { gossip, onEvent } = this.#components;
    this.#change(member, counts, 'left');
    gossip.spread(member.statement());
    if (member.joined > 0)
      onEvent({ what: 'left', node: member.id, incarnation: counts.incarnation });
  }

  #change(member: KnownMember, counts: Counts, standing: 'alive' | 'unreachable' | 'left'): void {
    member.suspicion?.end();
    member.suspicion = undefined;
    member.doubted = false;
    member.incarnation = counts.incarnation;
    member.refutations = counts.refutations;
    this.#components.members.put(member, standing);
  }

  #ofThisNode(statement: Statement): void {
    const { gossip, health, onEvent, own } = this.#components;
    const { incarnation, node, standing } = statement;
    if (incarnation > this.#supersededBy) {
      this.#supersededBy = incarnation;
      onEvent({ what: 'superseded', node, incarnation });
    }
    if (!own.refute(statement)) return;
    if (standing.tag === 'suspect') health.worse(); // somebody waited for this node in vain
    gossip.spread(own.statement());
  }
}

function leaps(statement: Counts, known: Counts): boolean {
  return (
    statement.incarnation === known.incarnation &&
    statement.refutations - known.refutations > MAX_LEAP
  );
}
