import { PeerError } from '../errors.ts';
import type { NodeId } from '../node-id.ts';
import type { RevocationStatement } from '#posiv-wit/generated/p2p/admission.ts';

// What a node is started with

export class AdmissionMissingError extends PeerError {
  readonly code = 'admission-missing';
  constructor() {
    super(
      'this node belongs to no cluster yet, and who joins one needs a ticket: make one with `vstar ticket create` at a member and give it with --ticket, or start without --bootstrap to found a cluster',
    );
  }
}

export class BadTicketError extends PeerError {
  readonly code = 'bad-ticket';
  constructor(why: string, cause?: unknown) {
    super(`that is no ticket: ${why}; copy it whole, or make another one`, { cause });
  }
}

export class CertificateMismatchError extends PeerError {
  readonly code = 'certificate-mismatch';
  constructor(self: NodeId, why: string, cause?: unknown) {
    super(
      `the certificate of membership that is stored is not one of node ${self}: ${why}; restore what belongs together, or start with another data folder`,
      { cause },
    );
  }
}

export class AdmissionFileError extends PeerError {
  readonly code = 'admission-file';
  constructor(file: string, why: string, cause?: unknown) {
    super(`the stored ${file} cannot be used: ${why}`, { cause });
  }
}

export class ClusterExistsError extends PeerError {
  readonly code = 'cluster-exists';
  constructor(folder: string) {
    super(`the node of ${folder} belongs to a cluster: a new one needs a new data folder`);
  }
}

// Why somebody is not admitted: the codes are those of admission.refusal-code

export class NotAMemberError extends PeerError {
  readonly code = 'not-a-member';
  constructor(why: string, cause?: unknown) {
    super(`it does not prove to be a member: ${why}`, { cause });
  }
}

/** `statements` are what says so. */
export class RevokedError extends PeerError {
  readonly code = 'revoked';
  readonly statements: readonly RevocationStatement[];
  constructor(id: NodeId, statements: readonly RevocationStatement[]) {
    super(
      `node ${id} was taken out of the cluster for good: join with a new data folder, if you may`,
    );
    this.statements = statements;
  }
}

export class NoMembershipError extends PeerError {
  readonly code = 'no-membership';
  constructor() {
    super('this node is itself not a member yet: ask another one');
  }
}

export class TicketExpiredError extends PeerError {
  readonly code = 'ticket-expired';
  constructor(agoMs: number) {
    super(`the ticket ended ${Math.ceil(agoMs / 1_000)} s ago: make another one`);
  }
}

export class TicketUsedUpError extends PeerError {
  readonly code = 'ticket-used-up';
  constructor(uses: number) {
    super(`the ticket was good for ${uses}, and as many have joined by it: make another one`);
  }
}

export class TicketRefusedError extends PeerError {
  readonly code = 'ticket-refused';
  constructor(why: string, cause?: unknown) {
    super(`the ticket is void: ${why}; make another one`, { cause });
  }
}

export class IssuerUnreachableError extends PeerError {
  readonly code = 'issuer-unreachable';
  constructor(issuer: NodeId) {
    super(
      `node ${issuer}, which made the ticket, cannot be reached, and no other redeems it: start it, or make a ticket at another`,
    );
  }
}

export class TooManyJoinsError extends PeerError {
  readonly code = 'too-many-joins';
  constructor(limit: number) {
    super(`more than ${limit} nodes join at once: it is tried again`);
  }
}

/** What the node that made a ticket answered to the one that passed it on. */
export class PassedOnError extends PeerError {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

// What the owner of a node asks for in vain

export class MayNotAdmitError extends PeerError {
  readonly code = 'may-not-admit';
  constructor(what: string) {
    super(`${what}; see docs/cluster.md for who may`);
  }
}

export class BadRequestError extends PeerError {
  readonly code = 'bad-request';
}

export class TicketsFullError extends PeerError {
  readonly code = 'tickets-full';
  constructor(limit: number) {
    super(`${limit} tickets are open: revoke some, or wait for their end`);
  }
}

export class RevocationsFullError extends PeerError {
  readonly code = 'revocations-full';
  constructor(limit: number) {
    super(
      `more than ${limit} nodes and tickets would be revoked, or more than are left for what nodes sign: revoke with the root key, or found a new cluster`,
    );
  }
}
