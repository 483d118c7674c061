import type { Lease } from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock } from '../environment.ts';
import { LeaseHeldError, LeaseLostError, RegisterUnavailableError } from './errors.ts';
import { CLOCK_DRIFT, encodeLease, leaseIn, leaseKey } from './lease-record.ts';
import type { Decide, Outcome } from './outcome.ts';
import type { Proposer } from './proposer.ts';

export interface LeaseHolderComponents {
  readonly proposer: Pick<Proposer, 'change'>;
  readonly clock: Clock;
}

export interface LeaseHolderInit {
  readonly node: string;
  /** Counts the node's starts: of two, the process of the smaller one has ended. */
  readonly incarnation: number;
  /** From the moment at which a renewal begins. */
  readonly durationMs: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * The lease of this node's incarnation: while it lasts nobody takes the node for lost. What acts for the node does so only
 * before `deadline`, and gives `token` to whatever it acts upon.
 */
export class LeaseHolder {
  readonly #components: LeaseHolderComponents;
  readonly #init: LeaseHolderInit;
  #token: number | undefined;
  #deadline = NEVER;

  constructor(components: LeaseHolderComponents, init: LeaseHolderInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Grows with each incarnation that takes the lease; undefined while this one has never had it. */
  get token(): number | undefined {
    return this.#token;
  }

  /** On this node's monotonic clock: from then on others may take the node for lost. In the past if it holds no lease. */
  get deadline(): number {
    return this.#deadline;
  }

  get valid(): boolean {
    return this.#components.clock.now() < this.#deadline;
  }

  /**
   * Takes the lease for this incarnation, in place of a fenced one or of an earlier incarnation.
   * @returns the fencing token
   * @throws {lease-held} by a later incarnation {lease-lost} this incarnation was fenced
   * @throws {register-unavailable} also where it is not known whether it was taken: try again
   */
  async acquire(timeoutMs: number): Promise<number> {
    const { node, incarnation, durationMs } = this.#init;
    let refused: Error | undefined;
    await this.#write(timeoutMs, (register) => {
      const old = leaseIn(register);
      refused = undefined;
      if (old !== undefined && old.incarnation > incarnation)
        refused = new LeaseHeldError(node, old.incarnation);
      else if (old?.incarnation === incarnation && old.fenced)
        refused = new LeaseLostError(node, old.fencingToken);
      if (refused !== undefined) return undefined;
      const again = old?.incarnation === incarnation;
      const fencingToken = again ? old.fencingToken : register.version + 1;
      return { value: encodeLease({ incarnation, fencingToken, durationMs, fenced: false }) };
    });
    if (refused !== undefined) throw refused;
    return this.#token ?? 0;
  }

  /**
   * Makes it last for `durationMs` from now on.
   * @throws {lease-lost} it was fenced: end what acts for the node {register-unavailable} it was not renewed yet
   */
  async renew(timeoutMs: number): Promise<void> {
    const { node } = this.#init;
    const token = this.#token;
    if (token === undefined) throw new LeaseLostError(node, 0);
    const written = await this.#write(timeoutMs, (register) => {
      const old = leaseIn(register);
      if (old === undefined || old.fenced || old.fencingToken !== token) return undefined;
      return { value: encodeLease(old) };
    });
    if (written) return;
    this.#deadline = NEVER;
    throw new LeaseLostError(node, token);
  }

  /** Gives it back at once, for a node that leaves; what acts for it must have ended. */
  async release(timeoutMs: number): Promise<void> {
    this.#deadline = NEVER;
    const token = this.#token;
    await this.#change(timeoutMs, (register) => {
      const old = leaseIn(register);
      if (old === undefined || old.fenced || old.fencingToken !== token) return undefined;
      return { value: encodeLease({ ...old, fenced: true }) };
    });
  }

  /** Writes the lease, and counts its time from before the first attempt: others count from after the last. */
  async #write(timeoutMs: number, decide: Decide): Promise<boolean> {
    const began = this.#components.clock.now();
    const outcome = await this.#change(timeoutMs, decide);
    const lease: Lease | undefined = leaseIn(outcome.register);
    if (!outcome.written || lease === undefined) return false;
    this.#token = lease.fencingToken;
    this.#deadline = Math.max(this.#deadline, began + lease.durationMs * (1 - CLOCK_DRIFT));
    return true;
  }

  async #change(timeoutMs: number, decide: Decide): Promise<Extract<Outcome, { tag: 'ok' }>> {
    const key = leaseKey(this.#init.node);
    const outcome = await this.#components.proposer.change(key, decide, timeoutMs);
    // Whether or not an unknown one was made: a renewal that does not count is safe.
    if (outcome.tag !== 'ok') throw new RegisterUnavailableError(key);
    return outcome;
  }
}
