import { BadSettingError } from '../errors.ts';
import { MembersFullError, NotAdmittedError } from './errors.ts';
import { Exchanges } from './exchanges.ts';
import { Gossip } from './gossip.ts';
import { Intake } from '../intake.ts';
import { Leaving } from './leaving.ts';
import { LocalHealth } from './local-health.ts';
import { Members, type KnownMember } from './members.ts';
import { Opinions } from './opinions.ts';
import { OwnStanding } from './own-standing.ts';
import { decodePacket, encodePacket, MAX_MEMBERS, MAX_NEWS_BYTES, sizeOf } from './packet.ts';
import { compareCounts } from './precedence.ts';
import { ProbeOrder } from './probe-order.ts';
import { Prober, type ProberComponents } from './prober.ts';
import { PunctualTimers } from './punctual-timers.ts';
import { Relays } from './relays.ts';
import { Rounds } from './rounds.ts';
import { parametersOf, type MembershipSettings } from './settings.ts';
import type { Clock, Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { MembershipEvent } from './events.ts';
import type {
  Packet,
  PacketBody,
  Standing,
  Statement,
} from '#posiv-wit/generated/p2p/membership.ts';

export interface MembershipComponents {
  clock: Pick<Clock, 'now' | 'after'>;
  random: Pick<Random, 'next'>;
  /** Never waits, and may lose the packet. The bytes are the receiver's from now on. */
  send(to: NodeId, packet: Uint8Array): void;
}

export interface MembershipInit {
  self: NodeId;
  /** Counts this node's starts, from 1: greater than in any earlier life. */
  incarnation: number;
  settings?: MembershipSettings;
  /** Whether a node belongs to the cluster: what is said of others is not kept. */
  isAdmitted(node: NodeId): boolean;
  /** Must not throw, nor call back. */
  onEvent(event: MembershipEvent): void;
}

/** What this node thinks of another at present. */
export interface MemberOpinion {
  readonly node: NodeId;
  readonly incarnation: number;
  readonly standing: Standing['tag'];
}

/**
 * Who is there, as far as this node can know: SWIM with Lifeguard. Deterministic under the clock, the randomness and the
 * packets that it is given.
 */
export class Membership implements Disposable {
  readonly #components: MembershipComponents;
  readonly #init: MembershipInit;
  readonly #timers: PunctualTimers;
  readonly #members: Members;
  readonly #own: OwnStanding;
  readonly #health = new LocalHealth();
  readonly #gossip: Gossip;
  readonly #opinions: Opinions;
  readonly #exchanges: Exchanges;
  readonly #prober: Prober;
  readonly #relays: Relays;
  readonly #rounds: Rounds;
  readonly #intake = new Intake();
  readonly #probing: ProberComponents;
  #leaving: Leaving | undefined;
  #sequence = 0;
  #closed = false;

  /** @throws {bad-setting} */
  constructor(components: MembershipComponents, init: MembershipInit) {
    const { clock, random } = components;
    this.#components = components;
    this.#init = init;
    if (!Number.isSafeInteger(init.incarnation) || init.incarnation < 1)
      throw new BadSettingError('incarnation', init.incarnation, 'how often the node has started');
    const parameters = parametersOf(init.settings ?? {});
    const timers = new PunctualTimers(clock);
    this.#timers = timers;
    const members = new Members(random);
    this.#members = members;
    const order = new ProbeOrder(members, random);
    this.#own = new OwnStanding(init.self, init.incarnation);
    const send = (to: NodeId, body: PacketBody): void => this.#send(to, body);
    this.#gossip = new Gossip({ timers, members, parameters, send });
    this.#opinions = new Opinions({
      timers,
      members,
      order,
      own: this.#own,
      health: this.#health,
      gossip: this.#gossip,
      parameters,
      isAdmitted: (node) => init.isAdmitted(node),
      probe: (member) => this.#prober.probe(member),
      onEvent: (event) => init.onEvent(event),
    });
    this.#exchanges = new Exchanges({
      timers,
      members,
      own: this.#own,
      opinions: this.#opinions,
      send,
    });
    const nextSequence = (): number => (this.#sequence = (this.#sequence + 1) >>> 0);
    this.#probing = { timers, members, health: this.#health, parameters, nextSequence, send };
    this.#prober = new Prober(this.#probing, (target, closedAt) => {
      this.#opinions.unanswered(target, closedAt);
      this.#send(target.id, { tag: 'news' }); // who is accused hears it first (Lifeguard's buddy system)
    });
    this.#relays = new Relays(this.#probing);
    this.#rounds = new Rounds({
      timers,
      random,
      members,
      own: this.#own,
      health: this.#health,
      order,
      prober: this.#prober,
      exchanges: this.#exchanges,
      parameters,
      remind: (member) => this.#sendProbe(member),
    });
  }

  /** Begins to probe. */
  start(): void {
    this.#rounds.start();
  }

  /** How far this node distrusts itself: 0 (good) to 8. */
  get health(): number {
    return this.#health.score;
  }

  /** What this node thinks of another; undefined where it has heard nothing of it. */
  standingOf(node: NodeId): Standing['tag'] | undefined {
    return this.#members.get(node)?.standing;
  }

  /** All that are known, this node included. */
  members(): readonly MemberOpinion[] {
    return this.#exchanges.statements().map(({ node, incarnation, standing }) => ({
      node,
      incarnation,
      standing: standing.tag,
    }));
  }

  /**
   * There is a connection with a member, which said so itself.
   * @throws {not-admitted}
   * @throws {members-full}
   */
  connected(node: NodeId, incarnation: number): void {
    if (this.#closed) return;
    const member = this.#heard(node, { incarnation, refutations: 0 });
    if (member === undefined) throw new MembersFullError(node, MAX_MEMBERS);
    member.link = 'open';
    if (!this.#exchanges.hasOffered) {
      this.#exchanges.offer(member);
      this.#gossip.spread(this.#own.statement());
    } else if (member.standing !== 'alive') this.#sendProbe(member);
  }

  /** A member has met a node, which is in the roster by that: it is there without being known by this one. */
  introduced(node: NodeId, incarnation: number, by: NodeId): void {
    const standing = { tag: 'alive' as const };
    if (!this.#closed)
      this.#opinions.apply({ node, incarnation, refutations: 0, standing }, by, 'exchange');
  }

  /** The connection with a member was closed, by whom ever: a strong hint, which is looked into at once. */
  disconnected(node: NodeId): void {
    const member = this.#members.get(node);
    if (member === undefined || this.#closed) return;
    member.link = 'closed';
    this.#leaving?.gone(node);
    if (this.#own.left) return;
    this.#opinions.linkClosed(member);
    this.#relays.linkClosed(node);
    if (member.living) this.#prober.linkClosed(member);
  }

  /** There is no connection with a member any more, which says nothing of the member: it is looked into by way of others. */
  lostTouch(node: NodeId): void {
    const member = this.#members.get(node);
    if (member === undefined || this.#closed) return;
    member.link = 'none';
    this.#leaving?.gone(node);
    if (!this.#own.left && member.living) this.#prober.probe(member);
  }

  /**
   * A packet came from a peer, whose key the transport has verified. What is more than a peer may send is dropped.
   * @throws {not-admitted} {packet-too-large} {malformed-value} {invalid-packet} and nothing has changed
   */
  receive(from: NodeId, bytes: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#isOther(from)) throw new NotAdmittedError(from);
    if (!this.#intake.admits(from, this.#timers.now())) return;
    const packet = decodePacket(bytes);
    const member = this.#heard(from, packet);
    if (member === undefined) return; // there is no room for it
    for (const statement of packet.news) this.#opinions.apply(statement, from, 'gossip');
    this.#take(from, packet.body);
    if (member.standing === 'suspect' || member.standing === 'unreachable')
      this.#exchanges.answer(member);
  }

  /**
   * Tells all members that this node goes, for good in this life: they do not take it for unreachable. Resolves when they
   * have heard it, or after a second; close then.
   */
  leave(): Promise<void> {
    if (this.#leaving === undefined) {
      this.#own.leave();
      this.#prober.close();
      this.#leaving = new Leaving(this.#probing);
      this.#gossip.spread(this.#own.statement());
    }
    return this.#leaving.done;
  }

  /** Says nothing more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#gossip.close();
    this.#prober.close();
    this.#opinions.close();
    this.#leaving?.close();
    this.#timers.close();
  }

  #isOther(node: NodeId): boolean {
    return node !== this.#own.id && this.#init.isAdmitted(node);
  }

  /** A node said itself that it is there. */
  #heard(
    node: NodeId,
    counts: Pick<Packet, 'incarnation' | 'refutations'>,
  ): KnownMember | undefined {
    if (!this.#isOther(node)) throw new NotAdmittedError(node);
    const { incarnation, refutations } = counts;
    const standing = { tag: 'alive' as const };
    this.#opinions.apply({ node, incarnation, refutations, standing }, node, 'itself');
    const member = this.#members.get(node);
    if (member !== undefined && compareCounts(counts, member) >= 0)
      member.heardAt = this.#timers.now();
    return member;
  }

  #take(from: NodeId, body: PacketBody): void {
    switch (body.tag) {
      case 'probe':
        this.#send(from, { tag: 'ack', val: body.val });
        break;
      case 'request':
        if (this.#isOther(body.val.target)) this.#relays.take(from, body.val);
        break;
      case 'ack':
        void (
          this.#prober.acked(from, body.val) ||
          this.#relays.acked(from, body.val) ||
          this.#leaving?.acked(from, body.val)
        );
        break;
      case 'nack':
        this.#prober.nacked(from, body.val.sequence, body.val.closed);
        break;
      case 'offer':
      case 'difference':
      case 'rest':
        this.#exchanges.take(from, body);
        break;
      case 'news':
    }
  }

  /** Lets a member know what is thought of it; the answer is in what it then says of itself. */
  #sendProbe(member: KnownMember): void {
    this.#send(member.id, { tag: 'probe', val: this.#probing.nextSequence() });
  }

  #send(to: NodeId, body: PacketBody): void {
    if (this.#closed) return;
    const { incarnation, refutations } = this.#own;
    const news = body.tag === 'difference' || body.tag === 'rest' ? [] : this.#newsFor(to);
    this.#components.send(to, encodePacket({ incarnation, refutations, body, news }));
  }

  /** First what is said of the receiver itself, so that it can refute; who is gone is given nothing else. */
  #newsFor(to: NodeId): Statement[] {
    const receiver = this.#members.get(to);
    const first = this.#own.left ? [this.#own.statement()] : [];
    if (receiver !== undefined && receiver.standing !== 'alive') first.push(receiver.statement());
    if (receiver?.living === false) return first;
    const bytes = first.reduce((sum, statement) => sum + sizeOf(statement), 0);
    const rest = this.#gossip.take(MAX_NEWS_BYTES - bytes);
    return [...first, ...rest.filter(({ node }) => first.every((one) => one.node !== node))];
  }
}
