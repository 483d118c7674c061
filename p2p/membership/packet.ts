import { DIGEST_BYTES, GROUPS } from '../group-digests.ts';
import { InvalidPacketError, PacketTooLargeError } from './errors.ts';
import { isNodeId } from '../node-id.ts';
import { decode, encode } from '../wire-format.ts';
import {
  readPacket,
  writePacket,
  writeStatement,
  type Packet,
  type Statement,
} from '#posiv-wit/generated/p2p/membership.ts';

/** As many as a roster has. */
export const MAX_MEMBERS = 1_024;
/** Longest packet: an exchange of all members, each with the longest of statements. */
export const MAX_PACKET_BYTES = 64 * 1024;
/** Of the news in one packet: what makes the load of gossip independent of how much there is to tell. */
export const MAX_NEWS_BYTES = 1_024;
/** Of the news in one packet that came: more than fit into `MAX_NEWS_BYTES`. */
export const MAX_NEWS = 64;
/** Longest that a helper may be asked to wait for the target. */
export const MAX_WAIT_MS = 60_000;

export function encodePacket(packet: Packet): Uint8Array {
  return encode(writePacket, packet);
}

/** Bytes that a statement takes in a packet. */
export function sizeOf(statement: Statement): number {
  return encode(writeStatement, statement).length;
}

/**
 * Reads what a peer sent.
 * @throws {packet-too-large}
 * @throws {malformed-value} the bytes encode no packet
 * @throws {invalid-packet} they do, but no node sends that
 */
export function decodePacket(bytes: Uint8Array): Packet {
  if (bytes.length > MAX_PACKET_BYTES)
    throw new PacketTooLargeError(bytes.length, MAX_PACKET_BYTES);
  const packet = decode(readPacket, bytes);
  if (packet.news.length > MAX_NEWS)
    throw new InvalidPacketError(`${packet.news.length} pieces of news`);
  if (packet.incarnation === 0) throw new InvalidPacketError('a sender that has never started');
  for (const statement of packet.news) check(statement);
  checkBody(packet);
  return packet;
}

function checkBody({ body }: Packet): void {
  switch (body.tag) {
    case 'request':
      if (!isNodeId(body.val.target)) throw new InvalidPacketError('a target that is no node id');
      if (body.val.waitMs > MAX_WAIT_MS)
        throw new InvalidPacketError(`to wait for ${body.val.waitMs} ms`);
      break;
    case 'offer':
      if (body.val.length !== GROUPS * DIGEST_BYTES)
        throw new InvalidPacketError(`${body.val.length} bytes of digests`);
      break;
    case 'difference':
      checkAll(body.val.held);
      break;
    case 'rest':
      checkAll(body.val);
      break;
    default:
  }
}

function checkAll(statements: readonly Statement[]): void {
  if (statements.length > MAX_MEMBERS) throw new InvalidPacketError(`${statements.length} members`);
  for (const statement of statements) check(statement);
}

function check({ node, incarnation, standing }: Statement): void {
  if (!isNodeId(node)) throw new InvalidPacketError('a statement on what is no node id');
  if (incarnation === 0) throw new InvalidPacketError('a node that has never started');
  if (standing.tag === 'suspect' && !isNodeId(standing.val.accuser))
    throw new InvalidPacketError('an accuser that is no node id');
}
