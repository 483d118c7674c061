// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Result } from '#posiv-wit/result.ts';

/**
 * A statement and the Ed25519 signature over it: 64 bytes, over `vstar/1/`, what the statement is (`certificate`,
 * `ticket`, `redemption` or `revocation`), a zero byte and the body.
 */
export interface Signed {
  /** The encoded statement. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

export function writeSigned(w: ValueWriter, v: Signed): void {
  w.bytes(v.body);
  w.bytes(v.signature);
}

export function readSigned(r: ValueReader): Signed {
  return { body: r.bytes(), signature: r.bytes() };
}

/**
 * Says that whoever holds a key is a member of a cluster. It holds until it is revoked: it names no end, so that no
 * clock has to be right for it.
 */
export interface Certificate {
  /** `c` and 26 characters of base32, derived from the root's public key. */
  readonly cluster: string;
  /** The node's Ed25519 public key, 32 bytes: the one that its connections prove. */
  readonly key: Uint8Array;
  /** Sixteen random bytes. */
  readonly serial: Uint8Array;
  /** When it was made, in milliseconds since 1970 by the clock of who made it. For people. */
  readonly issuedMs: number;
  /** Whether the node may itself sign tickets, certificates and revocations. Only the root key can give that right. */
  readonly admits: boolean;
  /** Whether the node may found the cluster: be ready without having been admitted by anybody. */
  readonly founds: boolean;
}

export function writeCertificate(w: ValueWriter, v: Certificate): void {
  w.string(v.cluster);
  w.bytes(v.key);
  w.bytes(v.serial);
  w.u64(v.issuedMs);
  w.bool(v.admits);
  w.bool(v.founds);
}

export function readCertificate(r: ValueReader): Certificate {
  return {
    cluster: r.string(),
    key: r.bytes(),
    serial: r.bytes(),
    issuedMs: r.u64(),
    admits: r.bool(),
    founds: r.bool(),
  };
}

/** A certificate with all that is needed to check it against a cluster's id. */
export interface MembershipProof {
  /** The root's public key. */
  readonly root: Uint8Array;
  /** The certificate of the node that signed the member's, signed by the root; none where the root signed that. */
  readonly issuer: Signed | undefined;
  /** The member's certificate. */
  readonly member: Signed;
}

export function writeMembershipProof(w: ValueWriter, v: MembershipProof): void {
  w.bytes(v.root);
  const v1 = v.issuer;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeSigned(w, v1);
  }
  writeSigned(w, v.member);
}

export function readMembershipProof(r: ValueReader): MembershipProof {
  return {
    root: r.bytes(),
    issuer: r.tag(2) === 0 ? undefined : readSigned(r),
    member: readSigned(r),
  };
}

/** The right to become a member, for whoever has the private part of its key. Signed by its issuer, who alone redeems it. */
export interface Ticket {
  readonly cluster: string;
  /** The public key of the node that made it. */
  readonly issuer: Uint8Array;
  /** Its own public key. */
  readonly key: Uint8Array;
  /** Eight random bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds since 1970 by the issuer's clock, which is the only one that is asked. */
  readonly expiresMs: number;
  /** How many nodes may join by it. 1 to 1,024. */
  readonly uses: number;
  /** The public key of the only node that may join by it. */
  readonly node: Uint8Array | undefined;
  /** Whether who joins by it may admit others. */
  readonly admits: boolean;
}

export function writeTicket(w: ValueWriter, v: Ticket): void {
  w.string(v.cluster);
  w.bytes(v.issuer);
  w.bytes(v.key);
  w.bytes(v.serial);
  w.u64(v.expiresMs);
  w.u32(v.uses);
  const v1 = v.node;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.bytes(v1);
  }
  w.bool(v.admits);
}

export function readTicket(r: ValueReader): Ticket {
  return {
    cluster: r.string(),
    issuer: r.bytes(),
    key: r.bytes(),
    serial: r.bytes(),
    expiresMs: r.u64(),
    uses: r.u32(),
    node: r.tag(2) === 0 ? undefined : r.bytes(),
    admits: r.bool(),
  };
}

/** What is handed to a person: `vstar-ticket-` and this in base64url. */
export interface JoinTicket {
  /** The root's public key: by it the one who joins knows the members from others. */
  readonly root: Uint8Array;
  readonly ticket: Signed;
  /** The private part of the ticket's key, 32 bytes. It never travels between nodes. */
  readonly secret: Uint8Array;
}

export function writeJoinTicket(w: ValueWriter, v: JoinTicket): void {
  w.bytes(v.root);
  writeSigned(w, v.ticket);
  w.bytes(v.secret);
}

export function readJoinTicket(r: ValueReader): JoinTicket {
  return { root: r.bytes(), ticket: readSigned(r), secret: r.bytes() };
}

/** Asks to be made a member by a ticket. */
export interface Redemption {
  readonly ticket: Signed;
  /** By the ticket's key, over the public key of the node that joins: of no use to any other node. */
  readonly signature: Uint8Array;
}

export function writeRedemption(w: ValueWriter, v: Redemption): void {
  writeSigned(w, v.ticket);
  w.bytes(v.signature);
}

export function readRedemption(r: ValueReader): Redemption {
  return { ticket: readSigned(r), signature: r.bytes() };
}

/** What a node shows of itself. */
export type Credential =
  | { readonly tag: 'membership'; readonly val: MembershipProof }
  | { readonly tag: 'redemption'; readonly val: Redemption };

export function writeCredential(w: ValueWriter, v: Credential): void {
  switch (v.tag) {
    case 'membership': {
      w.u8(0);
      writeMembershipProof(w, v.val);
      break;
    }
    case 'redemption': {
      w.u8(1);
      writeRedemption(w, v.val);
      break;
    }
    default:
      unknownCase('Credential', v satisfies never);
  }
}

export function readCredential(r: ValueReader): Credential {
  const tag1 = r.tag(2);
  switch (tag1) {
    case 0: {
      return { tag: 'membership', val: readMembershipProof(r) };
    }
    case 1: {
      return { tag: 'redemption', val: readRedemption(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** What each side says first: the one that dialled, and then, unless it refuses, the other. It names no other node. */
export interface Greeting {
  /** Of the protocol that this cluster speaks: both sides must speak the same. */
  readonly protocol: number;
  /** The cluster that the sender belongs to, or wants to join. */
  readonly cluster: string;
  readonly credential: Credential;
}

export function writeGreeting(w: ValueWriter, v: Greeting): void {
  w.u32(v.protocol);
  w.string(v.cluster);
  writeCredential(w, v.credential);
}

export function readGreeting(r: ValueReader): Greeting {
  return { protocol: r.u32(), cluster: r.string(), credential: readCredential(r) };
}

/** Whoever showed a ticket is a member now. */
export interface Admitted {
  readonly membership: MembershipProof;
}

export function writeAdmitted(w: ValueWriter, v: Admitted): void {
  writeMembershipProof(w, v.membership);
}

export function readAdmitted(r: ValueReader): Admitted {
  return { membership: readMembershipProof(r) };
}

/** A member passes a redemption on to the node that made the ticket. */
export interface RedeemRequest {
  /** Of those that the sender has out. */
  readonly id: number;
  /** The public key of the node that joins, proved to the sender. */
  readonly key: Uint8Array;
  readonly redemption: Redemption;
}

export function writeRedeemRequest(w: ValueWriter, v: RedeemRequest): void {
  w.u32(v.id);
  w.bytes(v.key);
  writeRedemption(w, v.redemption);
}

export function readRedeemRequest(r: ValueReader): RedeemRequest {
  return { id: r.u32(), key: r.bytes(), redemption: readRedemption(r) };
}

/** Answers a redeem-request. */
export interface RedeemAnswer {
  readonly id: number;
  readonly outcome: Result<MembershipProof, Refusal>;
}

export function writeRedeemAnswer(w: ValueWriter, v: RedeemAnswer): void {
  w.u32(v.id);
  const v1 = v.outcome;
  if (v1.ok) {
    w.u8(0);
    writeMembershipProof(w, v1.value);
  } else {
    w.u8(1);
    writeRefusal(w, v1.error);
  }
}

export function readRedeemAnswer(r: ValueReader): RedeemAnswer {
  return {
    id: r.u32(),
    outcome: r.tag(2) === 0 ? { ok: true, value: readMembershipProof(r) } : { ok: false, error: readRefusal(r) },
  };
}

/** What is void from now on. */
export type Revoked =
  /** All certificates of a node's public key, those that it signed, and those that will ever be signed for it. */
  | { readonly tag: 'node'; readonly val: Uint8Array }
  /** A ticket, by its serial. */
  | { readonly tag: 'ticket'; readonly val: Uint8Array };

export function writeRevoked(w: ValueWriter, v: Revoked): void {
  switch (v.tag) {
    case 'node': {
      w.u8(0);
      w.bytes(v.val);
      break;
    }
    case 'ticket': {
      w.u8(1);
      w.bytes(v.val);
      break;
    }
    default:
      unknownCase('Revoked', v satisfies never);
  }
}

export function readRevoked(r: ValueReader): Revoked {
  const tag1 = r.tag(2);
  switch (tag1) {
    case 0: {
      return { tag: 'node', val: r.bytes() };
    }
    case 1: {
      return { tag: 'ticket', val: r.bytes() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

export interface Revocation {
  readonly cluster: string;
  readonly revoked: Revoked;
  /** When it was made, in milliseconds since 1970 by the clock of who made it. For people. */
  readonly issuedMs: number;
  /** When it may be forgotten, by whichever clock; 0 for never. */
  readonly untilMs: number;
}

export function writeRevocation(w: ValueWriter, v: Revocation): void {
  w.string(v.cluster);
  writeRevoked(w, v.revoked);
  w.u64(v.issuedMs);
  w.u64(v.untilMs);
}

export function readRevocation(r: ValueReader): Revocation {
  return {
    cluster: r.string(),
    revoked: readRevoked(r),
    issuedMs: r.u64(),
    untilMs: r.u64(),
  };
}

/** A revocation with all that is needed to check it. */
export interface RevocationStatement {
  /** The certificate of the node that signed it, signed by the root; none where the root did. */
  readonly issuer: Signed | undefined;
  readonly revocation: Signed;
}

export function writeRevocationStatement(w: ValueWriter, v: RevocationStatement): void {
  const v1 = v.issuer;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeSigned(w, v1);
  }
  writeSigned(w, v.revocation);
}

export function readRevocationStatement(r: ValueReader): RevocationStatement {
  return {
    issuer: r.tag(2) === 0 ? undefined : readSigned(r),
    revocation: readSigned(r),
  };
}

/** What the receiver may not know yet: all that the sender knows, or what is new. At most 1,024. */
export interface RevocationList {
  readonly statements: readonly RevocationStatement[];
}

export function writeRevocationList(w: ValueWriter, v: RevocationList): void {
  w.count(v.statements.length);
  for (const item1 of v.statements) {
    writeRevocationStatement(w, item1);
  }
}

export function readRevocationList(r: ValueReader): RevocationList {
  const count2 = r.count(3);
  const items1: RevocationStatement[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRevocationStatement(r));
  }
  const part4 = items1;
  return { statements: part4 };
}

/** The file of a node's membership. */
export interface KeptMembership {
  /** 1. */
  readonly format: number;
  readonly membership: MembershipProof;
}

export function writeKeptMembership(w: ValueWriter, v: KeptMembership): void {
  w.u32(v.format);
  writeMembershipProof(w, v.membership);
}

export function readKeptMembership(r: ValueReader): KeptMembership {
  return { format: r.u32(), membership: readMembershipProof(r) };
}

/** The file of the revocations that a node knows. */
export interface KeptRevocations {
  /** 1. */
  readonly format: number;
  readonly statements: readonly RevocationStatement[];
}

export function writeKeptRevocations(w: ValueWriter, v: KeptRevocations): void {
  w.u32(v.format);
  w.count(v.statements.length);
  for (const item1 of v.statements) {
    writeRevocationStatement(w, item1);
  }
}

export function readKeptRevocations(r: ValueReader): KeptRevocations {
  const part4 = r.u32();
  const count2 = r.count(3);
  const items1: RevocationStatement[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRevocationStatement(r));
  }
  const part5 = items1;
  return { format: part4, statements: part5 };
}

/** A ticket that this node has made. */
export interface KeptTicket {
  readonly ticket: Ticket;
  /** The public keys of the nodes that joined by it. */
  readonly usedBy: readonly Uint8Array[];
}

export function writeKeptTicket(w: ValueWriter, v: KeptTicket): void {
  writeTicket(w, v.ticket);
  w.count(v.usedBy.length);
  for (const item1 of v.usedBy) {
    w.bytes(item1);
  }
}

export function readKeptTicket(r: ValueReader): KeptTicket {
  const part4 = readTicket(r);
  const count2 = r.count(1);
  const items1: Uint8Array[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.bytes());
  }
  const part5 = items1;
  return { ticket: part4, usedBy: part5 };
}

/** The file of the tickets that a node has made and that have not ended. */
export interface TicketBook {
  /** 1. */
  readonly format: number;
  readonly tickets: readonly KeptTicket[];
}

export function writeTicketBook(w: ValueWriter, v: TicketBook): void {
  w.u32(v.format);
  w.count(v.tickets.length);
  for (const item1 of v.tickets) {
    writeKeptTicket(w, item1);
  }
}

export function readTicketBook(r: ValueReader): TicketBook {
  const part4 = r.u32();
  const count2 = r.count(9);
  const items1: KeptTicket[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readKeptTicket(r));
  }
  const part5 = items1;
  return { format: part4, tickets: part5 };
}

/** One node of the roster. */
export interface Member {
  /** `n` and 16 characters of base32, derived from the node's key. */
  readonly id: string;
  readonly name: string;
  /** Multiaddrs at which it listens, at most 16. */
  readonly addresses: readonly string[];
  /** Counts its starts. */
  readonly incarnation: number;
  /** Whether it founded the cluster. Exactly one member of a cluster did. */
  readonly founder: boolean;
}

export function writeMember(w: ValueWriter, v: Member): void {
  w.string(v.id);
  w.string(v.name);
  w.count(v.addresses.length);
  for (const item1 of v.addresses) {
    w.string(item1);
  }
  w.u64(v.incarnation);
  w.bool(v.founder);
}

export function readMember(r: ValueReader): Member {
  const part4 = r.string();
  const part5 = r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part6 = items1;
  const part7 = r.u64();
  const part8 = r.bool();
  return { id: part4, name: part5, addresses: part6, incarnation: part7, founder: part8 };
}

/** What each side says once both have proved to be members. */
export interface Hello {
  /** Of the software, for people. */
  readonly version: string;
  readonly id: string;
  readonly name: string;
  readonly incarnation: number;
  /** Sixteen random bytes, drawn anew at each start: tells two processes with one key apart. */
  readonly session: Uint8Array;
  readonly addresses: readonly string[];
  /** Every node that the sender has ever admitted, itself included; at most 1,024. */
  readonly roster: readonly Member[];
  /** The SHA-256 of what is revoked as far as the sender knows. */
  readonly revocations: Uint8Array;
}

export function writeHello(w: ValueWriter, v: Hello): void {
  w.string(v.version);
  w.string(v.id);
  w.string(v.name);
  w.u64(v.incarnation);
  w.bytes(v.session);
  w.count(v.addresses.length);
  for (const item1 of v.addresses) {
    w.string(item1);
  }
  w.count(v.roster.length);
  for (const item2 of v.roster) {
    writeMember(w, item2);
  }
  w.bytes(v.revocations);
}

export function readHello(r: ValueReader): Hello {
  const part7 = r.string();
  const part8 = r.string();
  const part9 = r.string();
  const part10 = r.u64();
  const part11 = r.bytes();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part12 = items1;
  const count5 = r.count(5);
  const items4: Member[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(readMember(r));
  }
  const part13 = items4;
  const part14 = r.bytes();
  return {
    version: part7,
    id: part8,
    name: part9,
    incarnation: part10,
    session: part11,
    addresses: part12,
    roster: part13,
    revocations: part14,
  };
}

/**
 * The receiver of a hello has admitted its sender, and will not forget it. Sent again by a node that was not settled
 * then, once it is.
 */
export interface HelloAck {
  /** Whether the node that acknowledges has itself been admitted to the cluster. */
  readonly settled: boolean;
  /** Its roster, the one that it acknowledges included. */
  readonly roster: readonly Member[];
}

export function writeHelloAck(w: ValueWriter, v: HelloAck): void {
  w.bool(v.settled);
  w.count(v.roster.length);
  for (const item1 of v.roster) {
    writeMember(w, item1);
  }
}

export function readHelloAck(r: ValueReader): HelloAck {
  const part4 = r.bool();
  const count2 = r.count(5);
  const items1: Member[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readMember(r));
  }
  const part5 = items1;
  return { settled: part4, roster: part5 };
}

/**
 * Nodes that the sender has admitted just now, or which have started anew, for those that are connected with it: they need not meet
 * a node to know of it. At most 1,024.
 */
export interface Introduction {
  readonly members: readonly Member[];
}

export function writeIntroduction(w: ValueWriter, v: Introduction): void {
  w.count(v.members.length);
  for (const item1 of v.members) {
    writeMember(w, item1);
  }
}

export function readIntroduction(r: ValueReader): Introduction {
  const count2 = r.count(5);
  const items1: Member[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readMember(r));
  }
  const part4 = items1;
  return { members: part4 };
}

/** Why a greeting is not answered, or a hello not acknowledged. */
export type RefusalCode =
  /** The protocols differ. */
  | 'version-mismatch'
  /** The id does not belong to the key of the connection. */
  | 'identity-mismatch'
  /** Both belong to a cluster, but not to the same one. */
  | 'foreign-cluster'
  /** A living node has the same key. */
  | 'duplicate-identity'
  /** The incarnation was seen before: the counter of starts went backwards. */
  | 'stale-incarnation'
  /** There is a connection already. Harmless. */
  | 'already-connected'
  /** Both sides dialled at once, and the other connection stays. Harmless. */
  | 'crossing-dials'
  /** The roster has no room. */
  | 'roster-full'
  /** The hello breaks a rule of the format. */
  | 'malformed-hello'
  /** The roster could not be stored. */
  | 'storage-failed'
  /** The certificate, or the ticket, is not of this cluster, or not for the key of the connection. */
  | 'not-a-member'
  /** The key was revoked. */
  | 'revoked'
  /** The node that was asked is itself not a member yet. */
  | 'no-membership'
  /** The time of the ticket is over. */
  | 'ticket-expired'
  /** As many have joined by the ticket as may. */
  | 'ticket-used-up'
  /** The ticket was revoked, is unknown to the node that made it, or is for another node. */
  | 'ticket-refused'
  /** The node that made the ticket cannot be reached. */
  | 'issuer-unreachable'
  /** Too many join at once. */
  | 'too-many-joins';

export const REFUSAL_CODE_CASES: readonly RefusalCode[] = ['version-mismatch', 'identity-mismatch', 'foreign-cluster', 'duplicate-identity', 'stale-incarnation', 'already-connected', 'crossing-dials', 'roster-full', 'malformed-hello', 'storage-failed', 'not-a-member', 'revoked', 'no-membership', 'ticket-expired', 'ticket-used-up', 'ticket-refused', 'issuer-unreachable', 'too-many-joins'];

export function refusalCodeTag(v: RefusalCode): number {
  switch (v) {
    case 'version-mismatch':
      return 0;
    case 'identity-mismatch':
      return 1;
    case 'foreign-cluster':
      return 2;
    case 'duplicate-identity':
      return 3;
    case 'stale-incarnation':
      return 4;
    case 'already-connected':
      return 5;
    case 'crossing-dials':
      return 6;
    case 'roster-full':
      return 7;
    case 'malformed-hello':
      return 8;
    case 'storage-failed':
      return 9;
    case 'not-a-member':
      return 10;
    case 'revoked':
      return 11;
    case 'no-membership':
      return 12;
    case 'ticket-expired':
      return 13;
    case 'ticket-used-up':
      return 14;
    case 'ticket-refused':
      return 15;
    case 'issuer-unreachable':
      return 16;
    case 'too-many-joins':
      return 17;
    default:
      return unknownCase('RefusalCode', v satisfies never);
  }
}

export function writeRefusalCode(w: ValueWriter, v: RefusalCode): void {
  w.u8(refusalCodeTag(v));
}

export function readRefusalCode(r: ValueReader): RefusalCode {
  return REFUSAL_CODE_CASES[r.tag(18)] as RefusalCode;
}

/** The last frame before the connection is closed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** For people. At most 1,024 bytes. */
  readonly message: string;
}

export function writeRefusal(w: ValueWriter, v: Refusal): void {
  writeRefusalCode(w, v.code);
  w.string(v.message);
}

export function readRefusal(r: ValueReader): Refusal {
  return { code: readRefusalCode(r), message: r.string() };
}

