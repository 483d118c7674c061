import type { NodeId } from '../node-id.ts';

/** Recognise by `code`. */
abstract class MembershipError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class PacketTooLargeError extends MembershipError {
  readonly code = 'packet-too-large';
  constructor(size: number, limit: number) {
    super(`a membership packet of ${size} bytes, at most ${limit} are allowed`);
  }
}

export class InvalidPacketError extends MembershipError {
  readonly code = 'invalid-packet';
  constructor(what: string, options?: ErrorOptions) {
    super(`invalid membership packet: ${what}`, options);
  }
}

export class MembersFullError extends MembershipError {
  readonly code = 'members-full';
  constructor(node: NodeId, limit: number) {
    super(`no room for node ${node}: ${limit} members are known, and none of them has left`);
  }
}

export class NotAdmittedError extends MembershipError {
  readonly code = 'not-admitted';
  constructor(node: NodeId) {
    super(`node ${JSON.stringify(node)} is no other member of this cluster: admit it first`);
  }
}
