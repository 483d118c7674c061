import type { NodeId } from '../node-id.ts';
import { LATE_MS, type PunctualTimers } from './punctual-timers.ts';
import type { MembershipParameters } from './settings.ts';

const CLOSED_ACCUSERS = 4; // of a process that is gone: more than one broken switch takes along

export interface SuspicionInit {
  /** Members that take part, this node and the suspect among them. */
  members: number;
  parameters: MembershipParameters;
  /** Nothing has refuted it in time. Once, and not after `end`. */
  onExpired(): void;
}

/** Least time of a suspicion among so many members, in milliseconds (Lifeguard, 4.2). */
export function leastSuspicionMs(members: number, parameters: MembershipParameters): number {
  return parameters.suspicionFactor * Math.max(1, Math.log10(members)) * parameters.probeMs;
}

/**
 * The time that a suspect has to refute. It begins long and becomes shorter with each node that accuses it by itself, since
 * the first accuser may be the one that is slow (Lifeguard's LHA-Suspicion). Nodes that lost their connection with the
 * suspect count apart: where enough have, its process is gone, and there is nothing to wait for.
 */
export class Suspicion {
  readonly #timers: PunctualTimers;
  readonly #init: SuspicionInit;
  readonly #accusers = new Map<NodeId, boolean>();
  readonly #startedAt: number;
  readonly #expected: number;
  readonly #closedNeeded: number;
  #closedAt: number | undefined;
  #stop: (() => void) | undefined;

  constructor(timers: PunctualTimers, init: SuspicionInit) {
    this.#timers = timers;
    this.#init = init;
    this.#startedAt = timers.listened();
    // Not more than there are nodes beside the suspect and the first accuser.
    this.#expected = Math.max(0, Math.min(init.parameters.confirmations, init.members - 2));
    this.#closedNeeded = Math.max(1, Math.min(CLOSED_ACCUSERS, init.members - 1));
  }

  get accusers(): readonly NodeId[] {
    return [...this.#accusers.keys()];
  }

  /** Of the first accuser, for those who have not heard of it. */
  get first(): { accuser: NodeId; closed: boolean } | undefined {
    const [first] = this.#accusers;
    return first && { accuser: first[0], closed: first[1] };
  }

  /** @returns whether it is news that brings the verdict nearer */
  accuse(accuser: NodeId, closed: boolean): boolean {
    const before = this.#accusers.get(accuser);
    if (before === true || (before === false && !closed)) return false;
    const wanted = before === undefined && this.#accusers.size <= this.#expected;
    if (!wanted && !(closed && this.#closedCount < this.#closedNeeded)) return false;
    this.#accusers.set(accuser, closed);
    if (closed) this.#closedAt ??= this.#timers.listened();
    this.#arm();
    return true;
  }

  /** Refuted, or overtaken. */
  end(): void {
    this.#stop?.();
  }

  get #closedCount(): number {
    let count = 0;
    for (const closed of this.#accusers.values()) if (closed) count++;
    return count;
  }

  #arm(): void {
    this.#stop?.();
    const leftMs = Math.max(0, this.#deadline() - this.#timers.listened());
    this.#stop = this.#timers.verdict(leftMs, () => this.#init.onExpired());
  }

  #deadline(): number {
    const { members, parameters } = this.#init;
    const least = leastSuspicionMs(members, parameters);
    const longest = least * parameters.suspicionSpread;
    const confirmations = Math.min(this.#accusers.size - 1, this.#expected);
    const share =
      this.#expected === 0 ? 1 : Math.log(confirmations + 1) / Math.log(this.#expected + 1);
    const afterMs = Math.max(least, longest - (longest - least) * share);
    // An accuser may be heard of first of all that waits to be read, after a delay: then the refutation waits behind it.
    const ordinary = Math.max(this.#startedAt + afterMs, this.#timers.listened() + LATE_MS);
    if (this.#closedAt === undefined || this.#closedCount < this.#closedNeeded) return ordinary;
    return Math.min(ordinary, this.#closedAt + parameters.closedMs);
  }
}
