import { IdentityMismatchError, MalformedHelloError } from './errors.ts';
import { isNodeId, type NodeId } from './node-id.ts';
import { MAX_ROSTER } from './roster.ts';
import type { Hello, HelloAck, Member as MemberEntry } from '#posiv-wit/generated/p2p/admission.ts';

export const SESSION_BYTES = 16;
export const MAX_NAME_LENGTH = 64;
export const MAX_ADDRESSES = 16;
const DIGEST_BYTES = 32;
const MAX_ADDRESS_LENGTH = 256;
const MAX_VERSION_LENGTH = 64;
const PRINTABLE = /^[\x20-\x7e]+$/;
const NAME = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u; // logs and terminals print it

/**
 * Checks a hello before anything is done with it.
 * @param remote whose key the connection proved
 * @throws {identity-mismatch} {malformed-hello}
 */
export function checkHello(hello: Hello, remote: NodeId): void {
  if (hello.id !== remote)
    throw new IdentityMismatchError(hello.id.slice(0, MAX_NAME_LENGTH), remote);
  if (hello.session.length !== SESSION_BYTES)
    throw new MalformedHelloError(`a session of ${hello.session.length} bytes`);
  if (hello.revocations.length !== DIGEST_BYTES)
    throw new MalformedHelloError(`a digest of ${hello.revocations.length} bytes`);
  if (!isShort(hello.version, MAX_VERSION_LENGTH))
    throw new MalformedHelloError('its version is not printable ASCII');
  if (hello.incarnation < 1) throw new MalformedHelloError('incarnations count from 1');
  checkMember(hello);
  checkRoster(hello.roster, remote);
}

/** @throws {malformed-hello} */
export function checkHelloAck(ack: HelloAck, self: NodeId): void {
  checkRoster(ack.roster, self);
}

export function isNodeName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

function checkRoster(roster: readonly MemberEntry[], required: NodeId): void {
  checkMembers(roster);
  if (!roster.some(({ id }) => id === required))
    throw new MalformedHelloError(`node ${required} is missing in its roster`);
}

/**
 * Checks a roster, or a part of one.
 * @throws {malformed-hello}
 */
export function checkMembers(members: readonly MemberEntry[]): void {
  if (members.length > MAX_ROSTER)
    throw new MalformedHelloError(`a roster of ${members.length} nodes, ${MAX_ROSTER} at most`);
  const ids = new Set(members.map(({ id }) => id));
  if (ids.size !== members.length) throw new MalformedHelloError('a node is twice in its roster');
  if (members.filter(({ founder }) => founder).length > 1)
    throw new MalformedHelloError('two founders of one cluster');
  for (const member of members) checkMember(member);
}

function checkMember(member: Pick<MemberEntry, 'id' | 'name' | 'addresses'>): void {
  if (!isNodeId(member.id)) throw new MalformedHelloError('a node id that is none');
  if (!isNodeName(member.name))
    throw new MalformedHelloError(
      `the name of node ${member.id} is empty, too long or not printable`,
    );
  if (member.addresses.length > MAX_ADDRESSES)
    throw new MalformedHelloError(`more than ${MAX_ADDRESSES} addresses of node ${member.id}`);
  if (!member.addresses.every((address) => isShort(address, MAX_ADDRESS_LENGTH))) {
    throw new MalformedHelloError(
      `an address of node ${member.id} is too long or not printable ASCII`,
    );
  }
}

function isShort(text: string, limit: number): boolean {
  return text.length <= limit && PRINTABLE.test(text);
}
