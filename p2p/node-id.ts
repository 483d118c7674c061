import { createHash } from 'node:crypto';
import { toString } from 'uint8arrays/to-string';

/** `n` and 16 characters of lower base32: names a node over its restarts. */
export type NodeId = string;

const HASH_BYTES = 10; // 80 bits: no two keys of a cluster share an id by chance
const NODE_ID = /^n[a-z2-7]{16}$/;

/** The id of the node that holds a key, from the bytes of its peer id (a multihash of its public key). */
export function nodeIdOf(peerId: Uint8Array): NodeId {
  const hash = createHash('sha256').update(peerId).digest();
  return `n${toString(hash.subarray(0, HASH_BYTES), 'base32')}`;
}

export function isNodeId(text: string): boolean {
  return NODE_ID.test(text);
}
