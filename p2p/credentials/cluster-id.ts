import { createHash } from 'node:crypto';
import { toString } from 'uint8arrays/to-string';

/** `c` and 26 characters of lower base32: names a cluster for as long as it is. */
export type ClusterId = string;

const HASH_BYTES = 16; // who wants a key that gives the same id has to find it among 2^128

/** The id of the cluster whose root key has this public part. */
export function clusterIdOf(root: Uint8Array): ClusterId {
  const hash = createHash('sha256').update('vstar/1/cluster\0').update(root).digest();
  return `c${toString(hash.subarray(0, HASH_BYTES), 'base32')}`;
}
