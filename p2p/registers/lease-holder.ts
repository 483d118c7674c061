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

type Ok = Extract<Outcome, { tag: 'ok' }>;

/**
 * The lease of this node's incarnation: while it lasts nobody takes the node for lost. What acts for the node does so only
 * before `deadline`, and gives `token` to whatever it acts upon.
 */
export class LeaseHolder {
  readonly #components: LeaseHolderComponents;
  readonly #init: LeaseHolderInit;
  #token: number | undefined;
  #deadline = NEVER;
  #unheard = Infinity;

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

  /**
   * On that clock: from then on others may take the node for lost, though it has never heard that it has a lease. Infinity if it surely has
   * none, and finite from before it first asks for one until that was surely in vain: what was asked for may be written later.
   */
  get unheard(): number {
    return this.#unheard;
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
    const began = this.#components.clock.now();
    const isFirst = this.#unheard === Infinity;
    if (isFirst) this.#unheard = this.#endOf(began, durationMs);
    const outcome = await this.#change(timeoutMs, (register) => {
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
    if (isFirst && outcome.tag !== 'unknown') this.#unheard = Infinity;
    this.#take(began, this.#ok(outcome));
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
    const began = this.#components.clock.now();
    const outcome = await this.#change(timeoutMs, (register) => {
      const old = leaseIn(register);
      if (old === undefined || old.fenced || old.fencingToken !== token) return undefined;
      return { value: encodeLease(old) };
    });
    // Whether or not an unknown one was made: a renewal that does not count is safe.
    if (this.#take(began, this.#ok(outcome))) return;
    this.#deadline = NEVER;
    throw new LeaseLostError(node, token);
  }

  /** Gives it back at once, for a node that leaves; what acts for it must have ended. */
  async release(timeoutMs: number): Promise<void> {
    this.#deadline = NEVER;
    const token = this.#token;
    const outcome = await this.#change(timeoutMs, (register) => {
      const old = leaseIn(register);
      if (old === undefined || old.fenced || old.fencingToken !== token) return undefined;
      return { value: encodeLease({ ...old, fenced: true }) };
    });
    this.#ok(outcome);
  }

  /** Counts the time of what was written from before the first attempt: others count from after the last. False if nothing was. */
  #take(began: number, { written, register }: Ok): boolean {
    const lease: Lease | undefined = leaseIn(register);
    if (!written || lease === undefined) return false;
    this.#token = lease.fencingToken;
    this.#deadline = Math.max(this.#deadline, this.#endOf(began, lease.durationMs));
    return true;
  }

  #endOf(began: number, durationMs: number): number {
    return began + durationMs * (1 - CLOCK_DRIFT);
  }

  #change(timeoutMs: number, decide: Decide): Promise<Outcome> {
    return this.#components.proposer.change(leaseKey(this.#init.node), decide, timeoutMs);
  }

  #ok(outcome: Outcome): Ok {
    if (outcome.tag !== 'ok') throw new RegisterUnavailableError(leaseKey(this.#init.node));
    return outcome;
  }
}
