// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import { type State, type Vtid, readState, writeState } from '#posiv-wit/generated/kernel.ts';

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

/** Asks for bytes. */
export interface PullRequest {
  /** Chosen by the puller, unique among its pulls on the connection. */
  readonly id: number;
  /** At most 1,024 bytes. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** How many bytes may be sent before more credit comes. At most 4 MiB. */
  readonly credit: number;
}

export function writePullRequest(w: ValueWriter, v: PullRequest): void {
  w.u32(v.id);
  w.string(v.name);
  w.u64(v.offset);
  w.u64(v.size);
  w.u32(v.credit);
}

export function readPullRequest(r: ValueReader): PullRequest {
  return {
    id: r.u32(),
    name: r.string(),
    offset: r.u64(),
    size: r.u64(),
    credit: r.u32(),
  };
}

/** The bytes are found. */
export interface PullOpened {
  readonly id: number;
  /** How many bytes will come: exactly so many, or a failure. */
  readonly size: number;
}

export function writePullOpened(w: ValueWriter, v: PullOpened): void {
  w.u32(v.id);
  w.u64(v.size);
}

export function readPullOpened(r: ValueReader): PullOpened {
  return { id: r.u32(), size: r.u64() };
}

/** Some of the bytes, in order. At most 64 KiB. */
export interface PullChunk {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export function writePullChunk(w: ValueWriter, v: PullChunk): void {
  w.u32(v.id);
  w.bytes(v.bytes);
}

export function readPullChunk(r: ValueReader): PullChunk {
  return { id: r.u32(), bytes: r.bytes() };
}

/** The puller took so many bytes and has room for as many again. */
export interface PullCredit {
  readonly id: number;
  readonly bytes: number;
}

export function writePullCredit(w: ValueWriter, v: PullCredit): void {
  w.u32(v.id);
  w.u32(v.bytes);
}

export function readPullCredit(r: ValueReader): PullCredit {
  return { id: r.u32(), bytes: r.u32() };
}

/** There will be no more bytes. */
export interface PullFailed {
  readonly id: number;
  /** Stable, lower case with hyphens, at most 64 characters. */
  readonly code: string;
  /** For people. At most 1,024 bytes. */
  readonly message: string;
}

export function writePullFailed(w: ValueWriter, v: PullFailed): void {
  w.u32(v.id);
  w.string(v.code);
  w.string(v.message);
}

export function readPullFailed(r: ValueReader): PullFailed {
  return { id: r.u32(), code: r.string(), message: r.string() };
}

/** The puller wants no more bytes. Nothing answers it. */
export interface PullCancel {
  readonly id: number;
}

export function writePullCancel(w: ValueWriter, v: PullCancel): void {
  w.u32(v.id);
}

export function readPullCancel(r: ValueReader): PullCancel {
  return { id: r.u32() };
}

/** Kinds on `/vstar/wire/0.1.0`, of which a node has one to each other node. A body has at most 2 MiB and 4 KiB. */
export type WireKind =
  /** `admission.hello` */
  | 'hello'
  /** `admission.hello-ack` */
  | 'hello-ack'
  /** `admission.refusal` */
  | 'refusal'
  /** `heartbeat.ping` */
  | 'ping'
  /** `heartbeat.pong` */
  | 'pong'
  /** `registry.record-update` */
  | 'record'
  /** Bytes of the kernel, never read here. */
  | 'kernel';

export const WIRE_KIND_CASES: readonly WireKind[] = ['hello', 'hello-ack', 'refusal', 'ping', 'pong', 'record', 'kernel'];

export function wireKindTag(v: WireKind): number {
  switch (v) {
    case 'hello':
      return 0;
    case 'hello-ack':
      return 1;
    case 'refusal':
      return 2;
    case 'ping':
      return 3;
    case 'pong':
      return 4;
    case 'record':
      return 5;
    case 'kernel':
      return 6;
    default:
      return unknownCase('WireKind', v satisfies never);
  }
}

export function writeWireKind(w: ValueWriter, v: WireKind): void {
  w.u8(wireKindTag(v));
}

export function readWireKind(r: ValueReader): WireKind {
  return WIRE_KIND_CASES[r.tag(7)] as WireKind;
}

/**
 * Kinds on `/vstar/bulk/0.1.0`, a connection of its own on which the one that dialled pulls. A body has at most 64 KiB
 * and 4 KiB.
 */
export type BulkKind =
  /** `bulk.pull-request` */
  | 'request'
  /** `bulk.pull-opened` */
  | 'opened'
  /** `bulk.pull-chunk` */
  | 'chunk'
  /** `bulk.pull-credit` */
  | 'credit'
  /** `bulk.pull-failed` */
  | 'failed'
  /** `bulk.pull-cancel` */
  | 'cancel';

export const BULK_KIND_CASES: readonly BulkKind[] = ['request', 'opened', 'chunk', 'credit', 'failed', 'cancel'];

export function bulkKindTag(v: BulkKind): number {
  switch (v) {
    case 'request':
      return 0;
    case 'opened':
      return 1;
    case 'chunk':
      return 2;
    case 'credit':
      return 3;
    case 'failed':
      return 4;
    case 'cancel':
      return 5;
    default:
      return unknownCase('BulkKind', v satisfies never);
  }
}

export function writeBulkKind(w: ValueWriter, v: BulkKind): void {
  w.u8(bulkKindTag(v));
}

export function readBulkKind(r: ValueReader): BulkKind {
  return BULK_KIND_CASES[r.tag(6)] as BulkKind;
}

/** Asks for a pong. */
export interface Ping {
  readonly sequence: number;
  /** Of the sender's newest registry record; 0 while it has none. */
  readonly recordVersion: number;
}

export function writePing(w: ValueWriter, v: Ping): void {
  w.u32(v.sequence);
  w.u64(v.recordVersion);
}

export function readPing(r: ValueReader): Ping {
  return { sequence: r.u32(), recordVersion: r.u64() };
}

/** Answers a ping. */
export interface Pong {
  /** That of the ping. */
  readonly sequence: number;
  /** Of the newest registry record that came from the sender of the ping; 0 while there is none. */
  readonly recordVersion: number;
}

export function writePong(w: ValueWriter, v: Pong): void {
  w.u32(v.sequence);
  w.u64(v.recordVersion);
}

export function readPong(r: ValueReader): Pong {
  return { sequence: r.u32(), recordVersion: r.u64() };
}

/** Why somebody doubts a node. */
export interface Accusation {
  /** The node that got no answer. So that doubts of several nodes can be told from one that is repeated. */
  readonly accuser: string;
  /** Whether the accuser's connection with the node was closed, which a node that is only slow does not do. */
  readonly closed: boolean;
}

export function writeAccusation(w: ValueWriter, v: Accusation): void {
  w.string(v.accuser);
  w.bool(v.closed);
}

export function readAccusation(r: ValueReader): Accusation {
  return { accuser: r.string(), closed: r.bool() };
}

/** What is said of a node. Of two statements with the same counts, the one further down is the stronger. */
export type Standing =
  | { readonly tag: 'alive' }
  | { readonly tag: 'suspect'; readonly val: Accusation }
  /** It has not answered, nor refuted the doubt in time. */
  | { readonly tag: 'unreachable' }
  /** It said itself that it goes. */
  | { readonly tag: 'left' };

export function writeStanding(w: ValueWriter, v: Standing): void {
  switch (v.tag) {
    case 'alive': {
      w.u8(0);
      break;
    }
    case 'suspect': {
      w.u8(1);
      writeAccusation(w, v.val);
      break;
    }
    case 'unreachable': {
      w.u8(2);
      break;
    }
    case 'left': {
      w.u8(3);
      break;
    }
    default:
      unknownCase('Standing', v satisfies never);
  }
}

export function readStanding(r: ValueReader): Standing {
  const tag1 = r.tag(4);
  switch (tag1) {
    case 0: {
      return { tag: 'alive' };
    }
    case 1: {
      return { tag: 'suspect', val: readAccusation(r) };
    }
    case 2: {
      return { tag: 'unreachable' };
    }
    case 3: {
      return { tag: 'left' };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/**
 * One statement on one node. It holds until there is one with a greater incarnation, or the same and more refutations,
 * or the same of both and a stronger standing.
 */
export interface Statement {
  readonly node: string;
  /** Counts its starts. */
  readonly incarnation: number;
  /** Counts, in one incarnation, what it has refuted of that which was said of it. Only the node itself raises it. */
  readonly refutations: number;
  readonly standing: Standing;
}

export function writeStatement(w: ValueWriter, v: Statement): void {
  w.string(v.node);
  w.u64(v.incarnation);
  w.u64(v.refutations);
  writeStanding(w, v.standing);
}

export function readStatement(r: ValueReader): Statement {
  return {
    node: r.string(),
    incarnation: r.u64(),
    refutations: r.u64(),
    standing: readStanding(r),
  };
}

/** Asks a helper to probe somebody. */
export interface ProbeRequest {
  /** Of the probe that it helps. */
  readonly sequence: number;
  readonly target: string;
  /** Milliseconds after which the helper says that it got no answer either. */
  readonly waitMs: number;
}

export function writeProbeRequest(w: ValueWriter, v: ProbeRequest): void {
  w.u32(v.sequence);
  w.string(v.target);
  w.u32(v.waitMs);
}

export function readProbeRequest(r: ValueReader): ProbeRequest {
  return { sequence: r.u32(), target: r.string(), waitMs: r.u32() };
}

/** The helper lives, but got no answer. */
export interface ProbeNack {
  readonly sequence: number;
  /** Whether the helper's own connection with the target is closed. */
  readonly closed: boolean;
}

export function writeProbeNack(w: ValueWriter, v: ProbeNack): void {
  w.u32(v.sequence);
  w.bool(v.closed);
}

export function readProbeNack(r: ValueReader): ProbeNack {
  return { sequence: r.u32(), closed: r.bool() };
}

/** The answer to an offer. */
export interface Difference {
  /** Bit n is set: the digests of group n differ. */
  readonly groups: number;
  /** All that the sender holds of these groups. */
  readonly held: readonly Statement[];
}

export function writeDifference(w: ValueWriter, v: Difference): void {
  w.u32(v.groups);
  w.count(v.held.length);
  for (const item1 of v.held) {
    writeStatement(w, item1);
  }
}

export function readDifference(r: ValueReader): Difference {
  const part4 = r.u32();
  const count2 = r.count(4);
  const items1: Statement[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readStatement(r));
  }
  const part5 = items1;
  return { groups: part4, held: part5 };
}

/** What a packet is for. */
export type PacketBody =
  /** Its sequence number; asks for an ack. */
  | { readonly tag: 'probe'; readonly val: number }
  | { readonly tag: 'request'; readonly val: ProbeRequest }
  /** Answers a probe, or a request when the target has answered. */
  | { readonly tag: 'ack'; readonly val: number }
  | { readonly tag: 'nack'; readonly val: ProbeNack }
  /** Nothing but the news. */
  | { readonly tag: 'news' }
  /** Begins an exchange of all that two nodes hold: a digest of 4 bytes for each of 32 groups of nodes. */
  | { readonly tag: 'offer'; readonly val: Uint8Array }
  | { readonly tag: 'difference'; readonly val: Difference }
  /** Ends an exchange: what the other side lacks. At most 1,024. */
  | { readonly tag: 'rest'; readonly val: readonly Statement[] };

export function writePacketBody(w: ValueWriter, v: PacketBody): void {
  switch (v.tag) {
    case 'probe': {
      w.u8(0);
      w.u32(v.val);
      break;
    }
    case 'request': {
      w.u8(1);
      writeProbeRequest(w, v.val);
      break;
    }
    case 'ack': {
      w.u8(2);
      w.u32(v.val);
      break;
    }
    case 'nack': {
      w.u8(3);
      writeProbeNack(w, v.val);
      break;
    }
    case 'news': {
      w.u8(4);
      break;
    }
    case 'offer': {
      w.u8(5);
      w.bytes(v.val);
      break;
    }
    case 'difference': {
      w.u8(6);
      writeDifference(w, v.val);
      break;
    }
    case 'rest': {
      w.u8(7);
      w.count(v.val.length);
      for (const item1 of v.val) {
        writeStatement(w, item1);
      }
      break;
    }
    default:
      unknownCase('PacketBody', v satisfies never);
  }
}

export function readPacketBody(r: ValueReader): PacketBody {
  const tag1 = r.tag(8);
  switch (tag1) {
    case 0: {
      return { tag: 'probe', val: r.u32() };
    }
    case 1: {
      return { tag: 'request', val: readProbeRequest(r) };
    }
    case 2: {
      return { tag: 'ack', val: r.u32() };
    }
    case 3: {
      return { tag: 'nack', val: readProbeNack(r) };
    }
    case 4: {
      return { tag: 'news' };
    }
    case 5: {
      return { tag: 'offer', val: r.bytes() };
    }
    case 6: {
      return { tag: 'difference', val: readDifference(r) };
    }
    case 7: {
      const count3 = r.count(4);
      const items2: Statement[] = [];
      for (let index4 = 0; index4 < count3; index4++) {
        items2.push(readStatement(r));
      }
      return { tag: 'rest', val: items2 };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** What is sent at a time. At most 64 KiB. The sender is whoever holds the key of the connection. */
export interface Packet {
  /** Of the sender. */
  readonly incarnation: number;
  readonly refutations: number;
  readonly body: PacketBody;
  /** Passed on from hand to hand. At most 64. */
  readonly news: readonly Statement[];
}

export function writePacket(w: ValueWriter, v: Packet): void {
  w.u64(v.incarnation);
  w.u64(v.refutations);
  writePacketBody(w, v.body);
  w.count(v.news.length);
  for (const item1 of v.news) {
    writeStatement(w, item1);
  }
}

export function readPacket(r: ValueReader): Packet {
  const part4 = r.u64();
  const part5 = r.u64();
  const part6 = readPacketBody(r);
  const count2 = r.count(4);
  const items1: Statement[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readStatement(r));
  }
  const part7 = items1;
  return { incarnation: part4, refutations: part5, body: part6, news: part7 };
}

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
  /** Grows by one with each change. */
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
  | { readonly tag: 'list-keys'; readonly val: string };

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
    default:
      unknownCase('AcceptorOperation', v satisfies never);
  }
}

export function readAcceptorOperation(r: ValueReader): AcceptorOperation {
  const tag1 = r.tag(5);
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
    case 'stale-epoch': {
      w.u8(6);
      writeConfiguration(w, v.val);
      break;
    }
    case 'behind': {
      w.u8(7);
      break;
    }
    case 'refused': {
      w.u8(8);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('AcceptorResult', v satisfies never);
  }
}

export function readAcceptorResult(r: ValueReader): AcceptorResult {
  const tag1 = r.tag(9);
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
      return { tag: 'stale-epoch', val: readConfiguration(r) };
    }
    case 7: {
      return { tag: 'behind' };
    }
    case 8: {
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

export type RegisterFrame =
  | { readonly tag: 'requests'; readonly val: AcceptorRequests }
  | { readonly tag: 'answers'; readonly val: AcceptorAnswers };

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
    default:
      unknownCase('RegisterFrame', v satisfies never);
  }
}

export function readRegisterFrame(r: ValueReader): RegisterFrame {
  const tag1 = r.tag(2);
  switch (tag1) {
    case 0: {
      return { tag: 'requests', val: readAcceptorRequests(r) };
    }
    case 1: {
      return { tag: 'answers', val: readAcceptorAnswers(r) };
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
  | { readonly tag: 'kept'; readonly val: KeptSlot };

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
    default:
      unknownCase('AcceptorRecord', v satisfies never);
  }
}

export function readAcceptorRecord(r: ValueReader): AcceptorRecord {
  const tag1 = r.tag(5);
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

/** A vTask that has a name. */
export interface NamedVtask {
  readonly name: string;
  readonly vtid: Vtid;
  readonly state: State;
}

export function writeNamedVtask(w: ValueWriter, v: NamedVtask): void {
  w.string(v.name);
  w.string(v.vtid);
  writeState(w, v.state);
}

export function readNamedVtask(r: ValueReader): NamedVtask {
  return { name: r.string(), vtid: r.string(), state: readState(r) };
}

/** A node's record. */
export interface NodeRecord {
  readonly name: string;
  /** Threads that run vTasks. */
  readonly lanes: number;
  /** Living vTasks. */
  readonly vtasks: number;
  /** Bytes of memory that its vTasks hold and may hold in all. */
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** At most 8,192. */
  readonly named: readonly NamedVtask[];
}

export function writeNodeRecord(w: ValueWriter, v: NodeRecord): void {
  w.string(v.name);
  w.u32(v.lanes);
  w.u32(v.vtasks);
  w.u64(v.memoryUsed);
  w.u64(v.memoryLimit);
  w.count(v.named.length);
  for (const item1 of v.named) {
    writeNamedVtask(w, item1);
  }
}

export function readNodeRecord(r: ValueReader): NodeRecord {
  const part4 = r.string();
  const part5 = r.u32();
  const part6 = r.u32();
  const part7 = r.u64();
  const part8 = r.u64();
  const count2 = r.count(3);
  const items1: NamedVtask[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readNamedVtask(r));
  }
  const part9 = items1;
  return {
    name: part4,
    lanes: part5,
    vtasks: part6,
    memoryUsed: part7,
    memoryLimit: part8,
    named: part9,
  };
}

/** Sent when the receiver has an older version. */
export interface RecordUpdate {
  /** Grows with each record of one incarnation of the sender, from 1. */
  readonly version: number;
  readonly record: NodeRecord;
}

export function writeRecordUpdate(w: ValueWriter, v: RecordUpdate): void {
  w.u64(v.version);
  writeNodeRecord(w, v.record);
}

export function readRecordUpdate(r: ValueReader): RecordUpdate {
  return { version: r.u64(), record: readNodeRecord(r) };
}

