import { PeerError } from '../errors.ts';
import type { NodeId } from '../node-id.ts';

export class PacketTooLargeError extends PeerError {
  readonly code = 'packet-too-large';
  constructor(size: number, limit: number) {
    super(`a membership packet of ${size} bytes, at most ${limit} are allowed`);
  }
}

export class InvalidPacketError extends PeerError {
  readonly code = 'invalid-packet';
  constructor(what: string, options?: ErrorOptions) {
    super(`invalid membership packet: ${what}`, options);
  }
}

export class MembersFullError extends PeerError {
  readonly code = 'members-full';
  constructor(node: NodeId, limit: number) {
    super(`no room for node ${node}: ${limit} members are known, and none of them has left`);
  }
}

export class NotAdmittedError extends PeerError {
  readonly code = 'not-admitted';
  constructor(node: NodeId) {
    super(`node ${JSON.stringify(node)} is no other member of this cluster: admit it first`);
  }
}
