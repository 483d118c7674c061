import type { Random } from '../environment.ts';
import type { KnownMember, Members } from './members.ts';

/**
 * Whom to probe next: each member once in a round, in an order that is shuffled anew for each (SWIM, 4.3). So a dead member
 * is probed within two rounds, and not only with some likelihood.
 */
export class ProbeOrder {
  readonly #members: Members;
  readonly #random: Pick<Random, 'next'>;
  #round: KnownMember[] = [];

  constructor(members: Members, random: Pick<Random, 'next'>) {
    this.#members = members;
    this.#random = random;
  }

  /** Who joins in the middle of a round is probed in it, at a place of chance. */
  add(member: KnownMember): void {
    const at = Math.floor(this.#random.next() * (this.#round.length + 1));
    this.#round.splice(at, 0, member);
  }

  /** This one is next. */
  prefer(member: KnownMember): void {
    this.#round.push(member);
  }

  /** A living member; undefined where there is none. */
  next(): KnownMember | undefined {
    for (let rounds = 0; rounds < 2; rounds++) {
      for (let member = this.#round.pop(); member !== undefined; member = this.#round.pop()) {
        if (member.living && this.#members.get(member.id) === member) return member;
      }
      this.#round = this.#members.pick(Infinity, ({ living }) => living);
    }
    return undefined;
  }
}
