// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

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

