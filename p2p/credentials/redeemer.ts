import {
  IssuerUnreachableError,
  PassedOnError,
  RevokedError,
  TicketRefusedError,
  TooManyJoinsError,
} from './errors.ts';
import { nodeIdOfKey } from '../peer-id.ts';
import { refusalOf } from '../refusal.ts';
import { isSame } from './certificate.ts';
import { checkRedemption } from './ticket.ts';
import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { Credentials } from './credentials.ts';
import type { Revocations } from './revocations.ts';
import type { TicketBook } from './ticket-book.ts';
import type {
  MembershipProof,
  RedeemAnswer,
  RedeemRequest,
  Redemption,
  Ticket,
} from '#posiv-wit/generated/p2p/admission.ts';

const MAX_REDEEMING = 32; // at a time, of those that join here and of those that others pass on
const ANSWER_WITHIN_MS = 5_000; // less than the time that a handshake has

export interface RedeemerComponents {
  clock: Clock;
  credentials: Credentials;
  revocations: Revocations;
  book: TicketBook;
}

/** Sends a request to a member; false where it is not connected. */
export type SendRequest = (issuer: NodeId, request: RedeemRequest) => boolean;

interface Out {
  readonly issuer: NodeId;
  readonly answered: PromiseWithResolvers<MembershipProof>;
}

/** Makes members of those who hold tickets: of this node itself, or by asking the node that made the ticket. */
export class Redeemer {
  readonly #components: RedeemerComponents;
  readonly #send: SendRequest;
  readonly #out = new Map<number, Out>();
  #lastId = 0;
  #busy = 0;

  constructor(components: RedeemerComponents, send: SendRequest) {
    this.#components = components;
    this.#send = send;
  }

  /**
   * @param key proved by the connection of who joins
   * @throws {ticket-refused} {ticket-expired} {ticket-used-up} {revoked} {issuer-unreachable} {too-many-joins}
   *   {storage-failed} and what the node that made the ticket refuses it for
   */
  async redeem(redemption: Redemption, key: Uint8Array): Promise<MembershipProof> {
    if (this.#busy >= MAX_REDEEMING) throw new TooManyJoinsError(MAX_REDEEMING);
    this.#busy++;
    try {
      const ticket = this.#check(redemption, key);
      if (isSame(ticket.issuer, this.#components.credentials.key.publicKey))
        return await this.#redeemOwn(ticket, key);
      return await this.#passOn(nodeIdOfKey(ticket.issuer), { key, redemption });
    } finally {
      this.#busy--;
    }
  }

  /** What a member passed on. */
  async answer({ id, key, redemption }: RedeemRequest): Promise<RedeemAnswer> {
    try {
      if (this.#busy >= MAX_REDEEMING) throw new TooManyJoinsError(MAX_REDEEMING);
      this.#busy++;
      try {
        const value = await this.#redeemOwn(this.#check(redemption, key), key);
        return { id, outcome: { ok: true, value } };
      } finally {
        this.#busy--;
      }
    } catch (error) {
      return { id, outcome: { ok: false, error: refusalOf(error) } };
    }
  }

  /** What a node answered to a request. One that was not asked is not heard. */
  answered(from: NodeId, { id, outcome }: RedeemAnswer): void {
    const out = this.#out.get(id);
    if (out?.issuer !== from) return;
    if (outcome.ok) out.answered.resolve(outcome.value);
    else out.answered.reject(new PassedOnError(outcome.error.code, outcome.error.message));
  }

  #check(redemption: Redemption, key: Uint8Array): Ticket {
    const { credentials, revocations } = this.#components;
    const ticket = checkRedemption(redemption, credentials.cluster, key);
    if (revocations.isNodeRevoked(key))
      throw new RevokedError(nodeIdOfKey(key), revocations.against(key));
    if (revocations.isTicketRevoked(ticket.serial)) throw new TicketRefusedError('it was revoked');
    return ticket;
  }

  async #redeemOwn(shown: Ticket, key: Uint8Array): Promise<MembershipProof> {
    const { book, credentials } = this.#components;
    if (!isSame(shown.issuer, credentials.key.publicKey))
      throw new TicketRefusedError('another node made it');
    const { admits } = await book.use(shown, key);
    return credentials.issue(key, { admits, founds: false });
  }

  async #passOn(issuer: NodeId, request: Omit<RedeemRequest, 'id'>): Promise<MembershipProof> {
    const id = (this.#lastId = (this.#lastId + 1) >>> 0);
    const answered = Promise.withResolvers<MembershipProof>();
    if (!this.#send(issuer, { id, ...request })) throw new IssuerUnreachableError(issuer);
    this.#out.set(id, { issuer, answered });
    const cancel = this.#components.clock.after(ANSWER_WITHIN_MS, () =>
      answered.reject(new IssuerUnreachableError(issuer)),
    );
    try {
      return await answered.promise;
    } finally {
      cancel();
      this.#out.delete(id);
    }
  }
}
