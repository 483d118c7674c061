import { MembersFullError } from './errors.ts';
import { MAX_MEMBERS } from './packet.ts';
import type { Suspicion } from './suspicion.ts';
import type { Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { Statement, Standing } from '#posiv-wit/generated/p2p/membership.ts';

/** What this node holds of another. */
export class KnownMember {
  readonly id: NodeId;
  incarnation: number;
  refutations: number;
  /** Changed by `Members.put` alone, which counts. */
  standing: Standing['tag'];
  /** While it is suspect. */
  suspicion: Suspicion | undefined;
  /** Of the connection with it: `none` where there was none yet, which says nothing. */
  link: 'none' | 'open' | 'closed' = 'none';
  /** When a packet came from it itself. */
  heardAt = -Infinity;
  /** When it was last told that it is doubted because it had said something. */
  answeredAt = -Infinity;
  /** Greatest incarnation that the owner was told has joined. */
  joined = 0;
  /** Greatest incarnation that this node has passed on to others. */
  passedOn = 0;
  /** Whether others hold it for unreachable, which this node has reason to doubt. */
  doubted = false;

  constructor({ node, incarnation, refutations, standing }: Statement) {
    this.id = node;
    this.incarnation = incarnation;
    this.refutations = refutations;
    this.standing = standing.tag;
  }

  /** Whether it takes part, as far as is known. */
  get living(): boolean {
    return this.standing === 'alive' || this.standing === 'suspect';
  }

  /** What is passed on of it. */
  statement(): Statement {
    const { id: node, incarnation, refutations, standing } = this;
    if (standing !== 'suspect')
      return { node, incarnation, refutations, standing: { tag: standing } };
    const val = this.suspicion?.first ?? { accuser: node, closed: false };
    return { node, incarnation, refutations, standing: { tag: 'suspect', val } };
  }
}

/** The members other than this node. */
export class Members {
  readonly #random: Pick<Random, 'next'>;
  readonly #byId = new Map<NodeId, KnownMember>();
  /** The same, in an order that `pick` changes. */
  readonly #all: KnownMember[] = [];
  #living = 1;

  constructor(random: Pick<Random, 'next'>) {
    this.#random = random;
  }

  get(id: NodeId): KnownMember | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<KnownMember> {
    return this.#byId.values();
  }

  /** How many live, this node among them. */
  get living(): number {
    return this.#living;
  }

  /**
   * Takes in what is said of a node that is not known. Where there is no room it takes that of one which has left.
   * @throws {members-full}
   */
  add(statement: Statement): KnownMember {
    if (this.#all.length >= MAX_MEMBERS - 1 && !this.#forgetOneThatLeft())
      throw new MembersFullError(statement.node, MAX_MEMBERS);
    const member = new KnownMember(statement);
    this.#byId.set(member.id, member);
    this.#all.push(member);
    if (member.living) this.#living++;
    return member;
  }

  /** Changes where a member stands. */
  put(member: KnownMember, standing: Standing['tag']): void {
    if (member.living) this.#living--;
    member.standing = standing;
    if (member.living) this.#living++;
  }

  /** So many at random, or as many as there are, of those that are wanted. */
  pick(count: number, wanted: (member: KnownMember) => boolean): KnownMember[] {
    const picked: KnownMember[] = [];
    const all = this.#all;
    for (let at = 0; at < all.length && picked.length < count; at++) {
      const other = at + Math.floor(this.#random.next() * (all.length - at));
      [all[at], all[other]] = [all[other]!, all[at]!];
      if (wanted(all[at]!)) picked.push(all[at]!);
    }
    return picked;
  }

  /** The same of those to whom a packet can go: first whoever is connected, then whoever may be. */
  pickInReach(count: number, wanted: (member: KnownMember) => boolean): KnownMember[] {
    const picked = this.pick(count, (member) => member.link === 'open' && wanted(member));
    if (picked.length === count) return picked;
    const rest = count - picked.length;
    return [...picked, ...this.pick(rest, (member) => member.link === 'none' && wanted(member))];
  }

  #forgetOneThatLeft(): boolean {
    for (const { id, standing } of this.#byId.values()) {
      if (standing !== 'left') continue;
      this.#byId.delete(id);
      this.#all.splice(
        this.#all.findIndex((member) => member.id === id),
        1,
      );
      return true;
    }
    return false;
  }
}
