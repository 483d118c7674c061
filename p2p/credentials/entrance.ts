import type { HelloRefusedError, PeerError } from '../errors.ts';
import { Intake } from '../intake.ts';
import { Twin, type TwinInit } from '../twin.ts';
import { PassedOnError } from './errors.ts';
import { Credentials, type CredentialsComponents, type CredentialsInit } from './credentials.ts';
import { Gate } from './gate.ts';
import { AdmissionOffice, type OfficeInit } from './office.ts';
import { Redeemer } from './redeemer.ts';
import { Revocations } from './revocations.ts';
import { TicketBook } from './ticket-book.ts';
import type { Link, LinkInit } from '../link.ts';
import type { Clock, Logger, Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { RevocationStatement } from '#posiv-wit/generated/p2p/admission.ts';

/** Refusals that no retry mends. */
const FINAL = new Set(['ticket-expired', 'ticket-used-up', 'ticket-refused', 'revoked']);

/** What a node keeps of its admission. */
export interface AdmissionState {
  readonly credentials: Credentials;
  readonly revocations: Revocations;
  readonly tickets: TicketBook;
}

/** @throws what `Credentials.open` throws, and {revoked} this node was taken out of its cluster */
export async function openAdmission(
  components: CredentialsComponents,
  init: CredentialsInit,
): Promise<AdmissionState> {
  const { clock, store } = components;
  const credentials = await Credentials.open(components, init);
  const revocations = await Revocations.open(credentials.root, clock, store);
  const end = revocations.endOf(credentials.key.publicKey, credentials.issuer);
  if (end !== undefined) throw end;
  const tickets = await TicketBook.open(clock, store, credentials.cluster);
  return { credentials, revocations, tickets };
}

export interface EntranceComponents extends AdmissionState {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface EntranceInit extends Pick<OfficeInit, 'members'>, Pick<TwinInit, 'silentAfterMs'> {
  links(): readonly Link[];
  linkOf(id: NodeId): Link | undefined;
  /** For whoever waits in vain. */
  onRefused(error: Error): void;
  /** This node will never be part of the cluster, or is not any more. */
  onEnd(error: Error): void;
  /** Others do not belong to the cluster any more, or none says any more that another process has this node's key. */
  onChanged(): void;
}

/** Who is let into the cluster and who is out: what of it concerns links. */
export class Entrance {
  readonly gate: Gate;
  readonly redeemer: Redeemer;
  readonly office: AdmissionOffice;
  readonly #init: EntranceInit;
  readonly #state: EntranceComponents;
  /** Each ticket that a member passes on costs some signatures. */
  readonly #intake = new Intake();
  readonly #expelled = Promise.withResolvers<PeerError>();
  readonly #twin: Twin;

  constructor(components: EntranceComponents, init: EntranceInit) {
    const { clock, credentials, revocations, tickets: book } = components;
    const onRevoked = (statements: readonly RevocationStatement[]): void =>
      this.#spread(statements);
    this.#init = init;
    this.#state = components;
    this.#twin = new Twin(clock, {
      silentAfterMs: () => init.silentAfterMs(),
      isLinked: () => init.links().length > 0,
      onOver: () => init.onChanged(),
      onEnd: (error) => this.#end(error),
    });
    this.redeemer = new Redeemer({ clock, credentials, revocations, book }, (issuer, request) => {
      const link = init.linkOf(issuer);
      link?.askToRedeem(request);
      return link !== undefined;
    });
    this.gate = new Gate({ ...components, redeemer: this.redeemer }, onRevoked);
    const proofs = (): Link['member'][] => init.links().map(({ member }) => member);
    this.office = new AdmissionOffice(components, { members: init.members, proofs, onRevoked });
  }

  /** Whether this node may be the first of its cluster. */
  get mayFound(): boolean {
    return this.#state.credentials.certificate?.founds === true;
  }

  /** Resolves if nobody talks to this node any more: it is taken out of the cluster, or another process has its key. */
  get expelled(): Promise<PeerError> {
    return this.#expelled.promise;
  }

  /** What the link with a node has for this. */
  linkEvents(id: NodeId): Pick<LinkInit, 'onRedeem' | 'onRedeemed' | 'onRevocations'> {
    return {
      onRedeem: async (request) => {
        const isHeard = this.#intake.admits(id, this.#state.clock.now());
        return isHeard ? this.redeemer.answer(request) : undefined;
      },
      onRedeemed: (answer) => this.redeemer.answered(id, answer),
      onRevocations: (statements) => this.gate.learn(statements),
    };
  }

  /** Whether members say that another process has the key of this node, and none has admitted this one. */
  get hasTwin(): boolean {
    return this.#twin.isSuspected;
  }

  /** There is a link with a member. */
  admitted(): void {
    this.#twin.admitted();
  }

  close(): void {
    this.#twin[Symbol.dispose]();
  }

  isRevoked(id: NodeId): boolean {
    return this.#state.revocations.nodes.has(id);
  }

  /** A peer refused this node. Whoever joins by a ticket that is void joins by no other address either. */
  refused(error: HelloRefusedError): void {
    const { refusal, told } = error;
    this.#init.onRefused(error);
    this.#twin.refused(error);
    if (!this.gate.isMember && FINAL.has(refusal))
      this.#init.onEnd(new PassedOnError(refusal, told));
  }

  /** Each address that this node was given to join by has refused it, and would again. */
  hopeless(error: PeerError): void {
    if (!this.gate.isMember) this.#init.onEnd(error);
  }

  /** Passes on what is new, and cuts off who is out by it. */
  #spread(statements: readonly RevocationStatement[]): void {
    const links = this.#init.links();
    for (const link of links) link.tellRevocations(statements);
    for (const link of links) {
      const end = this.gate.endOf(link.member);
      if (end !== undefined) link.expel(end);
    }
    const end = this.gate.ownEnd;
    if (end !== undefined) this.#end(end);
    this.#init.onChanged();
  }

  #end(error: PeerError): void {
    this.#expelled.resolve(error);
    this.#init.onEnd(error);
  }
}
