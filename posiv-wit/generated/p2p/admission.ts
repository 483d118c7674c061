// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

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

/** What each side says first. */
export interface Hello {
  /** Of the protocol that this cluster speaks: both sides must speak the same. */
  readonly protocol: number;
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
}

export function writeHello(w: ValueWriter, v: Hello): void {
  w.u32(v.protocol);
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
}

export function readHello(r: ValueReader): Hello {
  const part7 = r.u32();
  const part8 = r.string();
  const part9 = r.string();
  const part10 = r.string();
  const part11 = r.u64();
  const part12 = r.bytes();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part13 = items1;
  const count5 = r.count(5);
  const items4: Member[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(readMember(r));
  }
  const part14 = items4;
  return {
    protocol: part7,
    version: part8,
    id: part9,
    name: part10,
    incarnation: part11,
    session: part12,
    addresses: part13,
    roster: part14,
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

/** Why a hello is not acknowledged. */
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
  | 'storage-failed';

export const REFUSAL_CODE_CASES: readonly RefusalCode[] = ['version-mismatch', 'identity-mismatch', 'foreign-cluster', 'duplicate-identity', 'stale-incarnation', 'already-connected', 'crossing-dials', 'roster-full', 'malformed-hello', 'storage-failed'];

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
    default:
      return unknownCase('RefusalCode', v satisfies never);
  }
}

export function writeRefusalCode(w: ValueWriter, v: RefusalCode): void {
  w.u8(refusalCodeTag(v));
}

export function readRefusalCode(r: ValueReader): RefusalCode {
  return REFUSAL_CODE_CASES[r.tag(10)] as RefusalCode;
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

