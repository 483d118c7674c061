import type { Lease } from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock } from '../environment.ts';
import { RegisterUnavailableError } from './errors.ts';
import { CLOCK_DRIFT, encodeLease, leaseIn, leaseKey } from './lease-record.ts';
import type { Sighted } from './lease-sightings.ts';
import type { Proposer } from './proposer.ts';

export interface LeaseWatchComponents {
  readonly proposer: Pick<Proposer, 'change' | 'read'> & Partial<Sighted>;
  readonly clock: Clock;
}

export type Fencing =
  /** It is fenced now, by this node or by another before. */
  | { readonly tag: 'fenced'; readonly lease: Lease }
  /** It may still be valid: it was renewed, or has not been seen for long enough. Ask again after so many milliseconds. */
  | { readonly tag: 'wait'; readonly ms: number }
  /** The node never had a lease. */
  | { readonly tag: 'none' };

/**
 * The lease of another node, as this one sees it. Its holder counts from before it began to write, this node from after its own
 * acceptor has accepted that very write, or where it has none from after it has read it: so when it has seen one version for
 * the lease's whole duration, and the drift of both clocks, the holder has stopped. Only then it is fenced, and only if it
 * still has that version.
 */
export class LeaseWatch {
  readonly #components: LeaseWatchComponents;
  readonly #node: string;
  #seen: { version: number; at: number } | undefined;

  constructor(components: LeaseWatchComponents, node: string) {
    this.#components = components;
    this.#node = node;
  }

  /**
   * Fences the lease if it has run out. Call it again after what it says; that a node is silent is no reason to fence it,
   * that this succeeds is.
   * @param expelled an incarnation of the node that was taken out of the cluster, which need not have had a lease; 0 where
   * none was
   * @throws {register-unavailable} also where it is not known whether it was fenced: try again
   */
  async fence(timeoutMs: number, expelled = 0): Promise<Fencing> {
    const { clock, proposer } = this.#components;
    const key = leaseKey(this.#node);
    const read = await proposer.read(key, timeoutMs);
    if (read.tag !== 'ok') throw new RegisterUnavailableError(key);
    const { version } = read.register;
    const lease = leaseIn(read.register);
    if (expelled > (lease?.incarnation ?? 0) && lease?.fenced !== false) {
      return this.#fence(
        version,
        { incarnation: expelled, fencingToken: version + 1, durationMs: 0, fenced: true },
        timeoutMs,
      );
    }
    if (lease === undefined) return { tag: 'none' };
    if (lease.fenced) return { tag: 'fenced', lease };
    if (this.#seen?.version !== version) {
      const at = read.mark && proposer.sighted?.(key, read.mark);
      this.#seen = { version, at: at ?? clock.now() };
    }
    const left = this.#seen.at + lease.durationMs * (1 + CLOCK_DRIFT) - clock.now();
    if (left > 0) return { tag: 'wait', ms: left };
    return this.#fence(version, lease, timeoutMs);
  }

  async #fence(version: number, lease: Lease, timeoutMs: number): Promise<Fencing> {
    const key = leaseKey(this.#node);
    const value = encodeLease({ ...lease, fenced: true });
    const outcome = await this.#components.proposer.change(
      key,
      (register) => (register.version === version ? { value } : undefined),
      timeoutMs,
    );
    if (outcome.tag !== 'ok') throw new RegisterUnavailableError(key);
    const now = leaseIn(outcome.register); // whoever was faster may have fenced it, too
    return now?.fenced ? { tag: 'fenced', lease: now } : { tag: 'wait', ms: 0 };
  }
}
