import { LATE_MS, type PunctualTimers } from './punctual-timers.ts';
import type { Random } from '../environment.ts';
import type { Exchanges } from './exchanges.ts';
import type { LocalHealth } from './local-health.ts';
import type { KnownMember, Members } from './members.ts';
import type { OwnStanding } from './own-standing.ts';
import type { ProbeOrder } from './probe-order.ts';
import type { Prober } from './prober.ts';
import type { MembershipParameters } from './settings.ts';

export interface RoundsComponents {
  timers: PunctualTimers;
  random: Pick<Random, 'next'>;
  members: Members;
  own: OwnStanding;
  health: LocalHealth;
  order: ProbeOrder;
  prober: Prober;
  exchanges: Exchanges;
  parameters: MembershipParameters;
  /** Lets a member that is not probed in its turn know what is thought of it. */
  remind: (member: KnownMember) => void;
}

/** What a node does again and again, until it leaves. */
export class Rounds {
  readonly #components: RoundsComponents;

  constructor(components: RoundsComponents) {
    this.#components = components;
  }

  /** Begins, each at a moment of chance: nodes that start together do not probe in step. */
  start(): void {
    const { parameters, random, timers } = this.#components;
    const { exchangeMs, probeMs, reviveMs } = parameters;
    timers.after(random.next() * probeMs, (lateMs) => this.#probe(lateMs));
    timers.after(random.next() * exchangeMs, () => this.#exchange());
    timers.after(random.next() * reviveMs, () => this.#revive());
  }

  #probe(lateMs: number): void {
    const { health, order, own, parameters, prober, timers } = this.#components;
    if (own.left) return;
    if (lateMs > LATE_MS) health.worse();
    const target = order.next();
    if (target !== undefined) prober.probe(target);
    timers.after(parameters.probeMs * health.multiplier, (late) => this.#probe(late));
  }

  #exchange(): void {
    const { exchanges, members, own, parameters, timers } = this.#components;
    if (own.left) return;
    const [member] = members.pickInReach(1, ({ living }) => living);
    if (member !== undefined) exchanges.offer(member);
    timers.after(parameters.exchangeMs, () => this.#exchange());
  }

  /** Those who are thought to be gone are probed now and then: a partition may have healed. */
  #revive(): void {
    const { members, own, parameters, remind, timers } = this.#components;
    if (own.left) return;
    const [member] = members.pick(1, ({ standing }) => standing === 'unreachable');
    if (member !== undefined) remind(member);
    timers.after(parameters.reviveMs, () => this.#revive());
  }
}
