import { differingGroups } from '../group-digests.ts';
import { digestsOf, inGroups, lackingIn } from './digests.ts';
import type { NodeId } from '../node-id.ts';
import type { KnownMember, Members } from './members.ts';
import type { Opinions } from './opinions.ts';
import type { OwnStanding } from './own-standing.ts';
import type { PunctualTimers } from './punctual-timers.ts';
import type { PacketBody, Statement } from '#posiv-wit/generated/p2p/membership.ts';

const ANSWER_GAP_MS = 1_000; // to one member that is doubted: what it sends must not multiply

export interface ExchangesComponents {
  timers: PunctualTimers;
  members: Members;
  own: OwnStanding;
  opinions: Opinions;
  send: (to: NodeId, body: PacketBody) => void;
}

type ExchangeBody = Extract<PacketBody, { readonly tag: 'offer' | 'difference' | 'rest' }>;

/**
 * What two members do to hold the same, in three packets at most: one offers digests, the other answers with all that it
 * holds of the groups that differ, and gets what it lacks.
 */
export class Exchanges {
  readonly #components: ExchangesComponents;
  #hasOffered = false;

  constructor(components: ExchangesComponents) {
    this.#components = components;
  }

  /** Whether this node has begun one: before that it may know nobody. */
  get hasOffered(): boolean {
    return this.#hasOffered;
  }

  /** All that this node holds, on itself first. */
  statements(): Statement[] {
    const { members, own } = this.#components;
    const statements = [own.statement()];
    for (const member of members.all()) statements.push(member.statement());
    return statements;
  }

  offer(to: KnownMember): void {
    this.#hasOffered = true;
    this.#components.send(to.id, { tag: 'offer', val: digestsOf(this.statements()) });
  }

  take(from: NodeId, body: ExchangeBody): void {
    const { opinions, send } = this.#components;
    switch (body.tag) {
      case 'offer': {
        const groups = differingGroups(digestsOf(this.statements()), body.val);
        if (groups === 0) break;
        const held = inGroups(this.statements(), groups);
        send(from, { tag: 'difference', val: { groups, held } });
        break;
      }
      case 'difference': {
        const { groups, held } = body.val;
        const lacking = lackingIn(held, inGroups(this.statements(), groups));
        for (const statement of held) opinions.apply(statement, from, 'exchange');
        if (lacking.length > 0) send(from, { tag: 'rest', val: lacking });
        break;
      }
      case 'rest':
        for (const statement of body.val) opinions.apply(statement, from, 'exchange');
    }
  }

  /** A member that is doubted speaks: it is told, and after a partition both sides learn what the other has. */
  answer(member: KnownMember): void {
    const { send, timers } = this.#components;
    const now = timers.now();
    if (now - member.answeredAt < ANSWER_GAP_MS) return;
    member.answeredAt = now;
    if (member.standing === 'unreachable') this.offer(member);
    else send(member.id, { tag: 'news' });
  }
}
