import { hash } from 'node:crypto';

export const DIGEST_BYTES = 32;

/** The sha256 of a chunk or manifest in hex: its name. */
export type Digest = string;

export function digestOf(bytes: Uint8Array): Digest {
  return hash('sha256', bytes);
}

export function digestToBytes(digest: Digest): Uint8Array {
  return Buffer.from(digest, 'hex');
}

/** @param at of the digest among others, one after another */
export function digestAt(digests: Uint8Array, at: number): Digest {
  const { buffer, byteOffset } = digests;
  return Buffer.from(buffer, byteOffset + at * DIGEST_BYTES, DIGEST_BYTES).toString('hex');
}

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Where the file of a digest lies in a folder: 256 folders, so that none gets too full. */
export function fanOut(folder: string, digest: Digest): string {
  return `${folder}/${digest.slice(0, 2)}/${digest}`;
}
