// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/**
 * The number of an attempt. The greater counter is the greater ballot; of two with one counter, that whose proposer is
 * greater in the order of its bytes.
 */
export interface Ballot {
  /** At most 2^52. */
  readonly counter: number;
  /** One start of one node: no other ever uses the same. At most 64 bytes. */
  readonly proposer: string;
}

export function writeBallot(w: ValueWriter, v: Ballot): void {
  w.u64(v.counter);
  w.string(v.proposer);
}

export function readBallot(r: ValueReader): Ballot {
  return { counter: r.u64(), proposer: r.string() };
}

/** What a register holds. */
export interface RegisterState {
  /** The number of its changes. */
  readonly version: number;
  /** At most 64 KiB; none while it is empty. */
  readonly value: Uint8Array | undefined;
  /**
   * Eight random bytes for each of the last changes, the last one first, at most eight: by them a proposer finds out
   * whether a change whose answers were lost was made.
   */
  readonly recent: readonly Uint8Array[];
}

export function writeRegisterState(w: ValueWriter, v: RegisterState): void {
  w.u64(v.version);
  const v1 = v.value;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.bytes(v1);
  }
  w.count(v.recent.length);
  for (const item2 of v.recent) {
    w.bytes(item2);
  }
}

export function readRegisterState(r: ValueReader): RegisterState {
  const part4 = r.u64();
  const part5 = r.tag(2) === 0 ? undefined : r.bytes();
  const count2 = r.count(1);
  const items1: Uint8Array[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.bytes());
  }
  const part6 = items1;
  return { version: part4, value: part5, recent: part6 };
}

/** The state that an acceptor accepted last. */
export interface AcceptedState {
  readonly ballot: Ballot;
  readonly state: RegisterState;
}

export function writeAcceptedState(w: ValueWriter, v: AcceptedState): void {
  writeBallot(w, v.ballot);
  writeRegisterState(w, v.state);
}

export function readAcceptedState(r: ValueReader): AcceptedState {
  return { ballot: readBallot(r), state: readRegisterState(r) };
}

/** Who the acceptors are; more than half of them are a quorum. */
export interface Configuration {
  /**
   * Grows by one with each change. What is left when the last 20 bits are taken off is its line: it is greater where a
   * quorum was forced, and no acceptor of another line counts.
   */
  readonly epoch: number;
  /** Their ids: each its node's id, a dot, and 16 hexadecimal digits drawn when its log was made. */
  readonly acceptors: readonly string[];
}

export function writeConfiguration(w: ValueWriter, v: Configuration): void {
  w.u64(v.epoch);
  w.count(v.acceptors.length);
  for (const item1 of v.acceptors) {
    w.string(item1);
  }
}

export function readConfiguration(r: ValueReader): Configuration {
  const part4 = r.u64();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part5 = items1;
  return { epoch: part4, acceptors: part5 };
}

/** What stands in the register of the configuration. */
export interface ConfigurationChange {
  /** The one before: it is out of use once enough of its acceptors know of the present one. */
  readonly previous: Configuration | undefined;
  readonly current: Configuration;
}

export function writeConfigurationChange(w: ValueWriter, v: ConfigurationChange): void {
  const v1 = v.previous;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeConfiguration(w, v1);
  }
  writeConfiguration(w, v.current);
}

export function readConfigurationChange(r: ValueReader): ConfigurationChange {
  return {
    previous: r.tag(2) === 0 ? undefined : readConfiguration(r),
    current: readConfiguration(r),
  };
}

/** A state to be accepted. */
export interface Acceptance {
  readonly ballot: Ballot;
  readonly state: RegisterState;
  /** Promised together with it, so that the proposer's next change needs no round of promises. Greater than the ballot. */
  readonly next: Ballot;
}

export function writeAcceptance(w: ValueWriter, v: Acceptance): void {
  writeBallot(w, v.ballot);
  writeRegisterState(w, v.state);
  writeBallot(w, v.next);
}

export function readAcceptance(r: ValueReader): Acceptance {
  return { ballot: readBallot(r), state: readRegisterState(r), next: readBallot(r) };
}

export type AcceptorOperation =
  /** Tell the state accepted last, without a promise. */
  | { readonly tag: 'query'; readonly val: string }
  /** Promise to accept nothing below a ballot. */
  | { readonly tag: 'prepare'; readonly val: PrepareOperation }
  /** Accept a state. */
  | { readonly tag: 'accept'; readonly val: AcceptOperation }
  /** Take a configuration whose epoch is greater than the acceptor's. */
  | { readonly tag: 'configure'; readonly val: Configuration }
  /** The registers after a key, in the order of their UTF-16 code units, also those of which there is only a promise. */
  | { readonly tag: 'list-keys'; readonly val: string }
  /**
   * Do nothing by an epoch smaller than this one any more, and tell whoever asks by this one what there is: a new quorum is
   * to be forced, from what is left.
   */
  | { readonly tag: 'seal'; readonly val: number };

export function writeAcceptorOperation(w: ValueWriter, v: AcceptorOperation): void {
  switch (v.tag) {
    case 'query': {
      w.u8(0);
      w.string(v.val);
      break;
    }
    case 'prepare': {
      w.u8(1);
      writePrepareOperation(w, v.val);
      break;
    }
    case 'accept': {
      w.u8(2);
      writeAcceptOperation(w, v.val);
      break;
    }
    case 'configure': {
      w.u8(3);
      writeConfiguration(w, v.val);
      break;
    }
    case 'list-keys': {
      w.u8(4);
      w.string(v.val);
      break;
    }
    case 'seal': {
      w.u8(5);
      w.u64(v.val);
      break;
    }
    default:
      unknownCase('AcceptorOperation', v satisfies never);
  }
}

export function readAcceptorOperation(r: ValueReader): AcceptorOperation {
  const tag1 = r.tag(6);
  switch (tag1) {
    case 0: {
      return { tag: 'query', val: r.string() };
    }
    case 1: {
      return { tag: 'prepare', val: readPrepareOperation(r) };
    }
    case 2: {
      return { tag: 'accept', val: readAcceptOperation(r) };
    }
    case 3: {
      return { tag: 'configure', val: readConfiguration(r) };
    }
    case 4: {
      return { tag: 'list-keys', val: r.string() };
    }
    case 5: {
      return { tag: 'seal', val: r.u64() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

export interface PrepareOperation {
  /** At most 1,024 bytes. */
  readonly key: string;
  readonly ballot: Ballot;
}

export function writePrepareOperation(w: ValueWriter, v: PrepareOperation): void {
  w.string(v.key);
  writeBallot(w, v.ballot);
}

export function readPrepareOperation(r: ValueReader): PrepareOperation {
  return { key: r.string(), ballot: readBallot(r) };
}

export interface AcceptOperation {
  readonly key: string;
  readonly acceptance: Acceptance;
}

export function writeAcceptOperation(w: ValueWriter, v: AcceptOperation): void {
  w.string(v.key);
  writeAcceptance(w, v.acceptance);
}

export function readAcceptOperation(r: ValueReader): AcceptOperation {
  return { key: r.string(), acceptance: readAcceptance(r) };
}

export interface AcceptorRequest {
  /** Of those that the proposer has out, so that answers find their way. */
  readonly id: number;
  /** Of the configuration that the proposer goes by. */
  readonly epoch: number;
  readonly operation: AcceptorOperation;
}

export function writeAcceptorRequest(w: ValueWriter, v: AcceptorRequest): void {
  w.u32(v.id);
  w.u64(v.epoch);
  writeAcceptorOperation(w, v.operation);
}

export function readAcceptorRequest(r: ValueReader): AcceptorRequest {
  return { id: r.u32(), epoch: r.u64(), operation: readAcceptorOperation(r) };
}

export type AcceptorResult =
  /** To a query. */
  | { readonly tag: 'holding'; readonly val: AcceptedState | undefined }
  /** To a prepare: durable. */
  | { readonly tag: 'promised'; readonly val: AcceptedState | undefined }
  /** To an accept: durable. */
  | { readonly tag: 'accepted' }
  /** To a prepare or accept: a greater ballot was promised. */
  | { readonly tag: 'outbid'; readonly val: Ballot }
  /** To a configure. */
  | { readonly tag: 'configured' }
  /** To list-keys: the next of them, at most 512; none after the last. */
  | { readonly tag: 'keys'; readonly val: readonly string[] }
  /** To a seal: durable. The greatest epoch that it was ever sealed for. */
  | { readonly tag: 'sealed'; readonly val: number }
  /** The acceptor's epoch is greater. */
  | { readonly tag: 'stale-epoch'; readonly val: Configuration }
  /** The acceptor's epoch is smaller: it is to be configured first. */
  | { readonly tag: 'behind' }
  /** Not done, and why: an error code. */
  | { readonly tag: 'refused'; readonly val: string };

export function writeAcceptorResult(w: ValueWriter, v: AcceptorResult): void {
  switch (v.tag) {
    case 'holding': {
      w.u8(0);
      const v1 = v.val;
      if (v1 === undefined) {
        w.u8(0);
      } else {
        w.u8(1);
        writeAcceptedState(w, v1);
      }
      break;
    }
    case 'promised': {
      w.u8(1);
      const v2 = v.val;
      if (v2 === undefined) {
        w.u8(0);
      } else {
        w.u8(1);
        writeAcceptedState(w, v2);
      }
      break;
    }
    case 'accepted': {
      w.u8(2);
      break;
    }
    case 'outbid': {
      w.u8(3);
      writeBallot(w, v.val);
      break;
    }
    case 'configured': {
      w.u8(4);
      break;
    }
    case 'keys': {
      w.u8(5);
      w.count(v.val.length);
      for (const item3 of v.val) {
        w.string(item3);
      }
      break;
    }
    case 'sealed': {
      w.u8(6);
      w.u64(v.val);
      break;
    }
    case 'stale-epoch': {
      w.u8(7);
      writeConfiguration(w, v.val);
      break;
    }
    case 'behind': {
      w.u8(8);
      break;
    }
    case 'refused': {
      w.u8(9);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('AcceptorResult', v satisfies never);
  }
}

export function readAcceptorResult(r: ValueReader): AcceptorResult {
  const tag1 = r.tag(10);
  switch (tag1) {
    case 0: {
      return { tag: 'holding', val: r.tag(2) === 0 ? undefined : readAcceptedState(r) };
    }
    case 1: {
      return { tag: 'promised', val: r.tag(2) === 0 ? undefined : readAcceptedState(r) };
    }
    case 2: {
      return { tag: 'accepted' };
    }
    case 3: {
      return { tag: 'outbid', val: readBallot(r) };
    }
    case 4: {
      return { tag: 'configured' };
    }
    case 5: {
      const count3 = r.count(1);
      const items2: string[] = [];
      for (let index4 = 0; index4 < count3; index4++) {
        items2.push(r.string());
      }
      return { tag: 'keys', val: items2 };
    }
    case 6: {
      return { tag: 'sealed', val: r.u64() };
    }
    case 7: {
      return { tag: 'stale-epoch', val: readConfiguration(r) };
    }
    case 8: {
      return { tag: 'behind' };
    }
    case 9: {
      return { tag: 'refused', val: r.string() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

export interface AcceptorAnswer {
  readonly id: number;
  readonly result: AcceptorResult;
}

export function writeAcceptorAnswer(w: ValueWriter, v: AcceptorAnswer): void {
  w.u32(v.id);
  writeAcceptorResult(w, v.result);
}

export function readAcceptorAnswer(r: ValueReader): AcceptorAnswer {
  return { id: r.u32(), result: readAcceptorResult(r) };
}

/** What a proposer sends to one acceptor in one turn of its event loop. */
export interface AcceptorRequests {
  /** Its id: one whose log was lost has another. */
  readonly acceptor: string;
  /** The sender's, so that no answer is taken for one to a later start's. */
  readonly proposer: string;
  readonly requests: readonly AcceptorRequest[];
}

export function writeAcceptorRequests(w: ValueWriter, v: AcceptorRequests): void {
  w.string(v.acceptor);
  w.string(v.proposer);
  w.count(v.requests.length);
  for (const item1 of v.requests) {
    writeAcceptorRequest(w, item1);
  }
}

export function readAcceptorRequests(r: ValueReader): AcceptorRequests {
  const part4 = r.string();
  const part5 = r.string();
  const count2 = r.count(4);
  const items1: AcceptorRequest[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readAcceptorRequest(r));
  }
  const part6 = items1;
  return { acceptor: part4, proposer: part5, requests: part6 };
}

/** What an acceptor answers to one proposer, in any order. */
export interface AcceptorAnswers {
  readonly acceptor: string;
  /** That of the requests. */
  readonly proposer: string;
  readonly answers: readonly AcceptorAnswer[];
}

export function writeAcceptorAnswers(w: ValueWriter, v: AcceptorAnswers): void {
  w.string(v.acceptor);
  w.string(v.proposer);
  w.count(v.answers.length);
  for (const item1 of v.answers) {
    writeAcceptorAnswer(w, item1);
  }
}

export function readAcceptorAnswers(r: ValueReader): AcceptorAnswers {
  const part4 = r.string();
  const part5 = r.string();
  const count2 = r.count(2);
  const items1: AcceptorAnswer[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readAcceptorAnswer(r));
  }
  const part6 = items1;
  return { acceptor: part4, proposer: part5, answers: part6 };
}

/**
 * What a node tells another one when they meet, and once more when it has changed: so that whoever knows of no acceptor, or
 * of old ones alone, finds the present ones.
 */
export interface AcceptorNews {
  /** The sender's own, if it has one: with it the node can be chosen. */
  readonly acceptor: string | undefined;
  /** The newest that the sender has heard of. */
  readonly configuration: Configuration | undefined;
}

export function writeAcceptorNews(w: ValueWriter, v: AcceptorNews): void {
  const v1 = v.acceptor;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  const v2 = v.configuration;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeConfiguration(w, v2);
  }
}

export function readAcceptorNews(r: ValueReader): AcceptorNews {
  return {
    acceptor: r.tag(2) === 0 ? undefined : r.string(),
    configuration: r.tag(2) === 0 ? undefined : readConfiguration(r),
  };
}

export type RegisterFrame =
  | { readonly tag: 'requests'; readonly val: AcceptorRequests }
  | { readonly tag: 'answers'; readonly val: AcceptorAnswers }
  | { readonly tag: 'news'; readonly val: AcceptorNews }
  /** The answer to news where the cluster keeps its registers with no acceptors: where, for people. */
  | { readonly tag: 'elsewhere'; readonly val: string };

export function writeRegisterFrame(w: ValueWriter, v: RegisterFrame): void {
  switch (v.tag) {
    case 'requests': {
      w.u8(0);
      writeAcceptorRequests(w, v.val);
      break;
    }
    case 'answers': {
      w.u8(1);
      writeAcceptorAnswers(w, v.val);
      break;
    }
    case 'news': {
      w.u8(2);
      writeAcceptorNews(w, v.val);
      break;
    }
    case 'elsewhere': {
      w.u8(3);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('RegisterFrame', v satisfies never);
  }
}

export function readRegisterFrame(r: ValueReader): RegisterFrame {
  const tag1 = r.tag(4);
  switch (tag1) {
    case 0: {
      return { tag: 'requests', val: readAcceptorRequests(r) };
    }
    case 1: {
      return { tag: 'answers', val: readAcceptorAnswers(r) };
    }
    case 2: {
      return { tag: 'news', val: readAcceptorNews(r) };
    }
    case 3: {
      return { tag: 'elsewhere', val: r.string() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** A record of an acceptor's log. The first one of a log is its identity, and there is no other. */
export type AcceptorRecord =
  | { readonly tag: 'identity'; readonly val: AcceptorIdentity }
  | { readonly tag: 'configured'; readonly val: Configuration }
  | { readonly tag: 'promised'; readonly val: PrepareOperation }
  | { readonly tag: 'accepted'; readonly val: AcceptOperation }
  /** A register as a whole, when the log is written anew. */
  | { readonly tag: 'kept'; readonly val: KeptSlot }
  | { readonly tag: 'sealed'; readonly val: number };

export function writeAcceptorRecord(w: ValueWriter, v: AcceptorRecord): void {
  switch (v.tag) {
    case 'identity': {
      w.u8(0);
      writeAcceptorIdentity(w, v.val);
      break;
    }
    case 'configured': {
      w.u8(1);
      writeConfiguration(w, v.val);
      break;
    }
    case 'promised': {
      w.u8(2);
      writePrepareOperation(w, v.val);
      break;
    }
    case 'accepted': {
      w.u8(3);
      writeAcceptOperation(w, v.val);
      break;
    }
    case 'kept': {
      w.u8(4);
      writeKeptSlot(w, v.val);
      break;
    }
    case 'sealed': {
      w.u8(5);
      w.u64(v.val);
      break;
    }
    default:
      unknownCase('AcceptorRecord', v satisfies never);
  }
}

export function readAcceptorRecord(r: ValueReader): AcceptorRecord {
  const tag1 = r.tag(6);
  switch (tag1) {
    case 0: {
      return { tag: 'identity', val: readAcceptorIdentity(r) };
    }
    case 1: {
      return { tag: 'configured', val: readConfiguration(r) };
    }
    case 2: {
      return { tag: 'promised', val: readPrepareOperation(r) };
    }
    case 3: {
      return { tag: 'accepted', val: readAcceptOperation(r) };
    }
    case 4: {
      return { tag: 'kept', val: readKeptSlot(r) };
    }
    case 5: {
      return { tag: 'sealed', val: r.u64() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

export interface AcceptorIdentity {
  /** Of the records: 1. */
  readonly format: number;
  /** The cluster's name. */
  readonly cluster: string;
  readonly acceptor: string;
}

export function writeAcceptorIdentity(w: ValueWriter, v: AcceptorIdentity): void {
  w.u32(v.format);
  w.string(v.cluster);
  w.string(v.acceptor);
}

export function readAcceptorIdentity(r: ValueReader): AcceptorIdentity {
  return { format: r.u32(), cluster: r.string(), acceptor: r.string() };
}

export interface KeptSlot {
  readonly key: string;
  readonly promised: Ballot;
  readonly accepted: AcceptedState | undefined;
}

export function writeKeptSlot(w: ValueWriter, v: KeptSlot): void {
  w.string(v.key);
  writeBallot(w, v.promised);
  const v1 = v.accepted;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeAcceptedState(w, v1);
  }
}

export function readKeptSlot(r: ValueReader): KeptSlot {
  return {
    key: r.string(),
    promised: readBallot(r),
    accepted: r.tag(2) === 0 ? undefined : readAcceptedState(r),
  };
}

/** What stands in a node's lease register. */
export interface Lease {
  /** Of the node that holds it: counts its starts. */
  readonly incarnation: number;
  /** The register's version when this incarnation took the lease: it only grows. */
  readonly fencingToken: number;
  /** How long it lasts after the holder began to write this. */
  readonly durationMs: number;
  /** No more held, by a decision of others after it ran out, or given back. */
  readonly fenced: boolean;
}

export function writeLease(w: ValueWriter, v: Lease): void {
  w.u64(v.incarnation);
  w.u64(v.fencingToken);
  w.u32(v.durationMs);
  w.bool(v.fenced);
}

export function readLease(r: ValueReader): Lease {
  return {
    incarnation: r.u64(),
    fencingToken: r.u64(),
    durationMs: r.u32(),
    fenced: r.bool(),
  };
}

