import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { encode } from '../wire-format.ts';
import type { Writer } from '#posiv-wit/codec/writer.ts';
import type { Signed } from '#posiv-wit/generated/p2p/admission.ts';

export const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex'); // what stands before the seed (RFC 8410)

/** What a signature is for: none is good for two things. */
export type Purpose = 'certificate' | 'ticket' | 'redemption' | 'revocation';

/** An Ed25519 key that signs. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(purpose: Purpose, body: Uint8Array): Uint8Array;
  /** In PKCS #8, as `openssl pkey` reads it. */
  toPem(): string;
}

/** @param seed 32 bytes, which are the private key (RFC 8032) */
export function signingKey(seed: Uint8Array): SigningKey {
  return fromKey(
    createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' }),
  );
}

/** The key of a file; undefined where it holds none of Ed25519. */
export function signingKeyOfPem(pem: string): SigningKey | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? fromKey(key) : undefined;
  } catch {
    return undefined;
  }
}

export function isSignedBy(
  publicKey: Uint8Array,
  purpose: Purpose,
  body: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify(null, signedBytes(purpose, body), key, signature);
  } catch {
    return false; // no point of the curve
  }
}

/** Encodes a statement and signs it. */
export function signed<T>(
  signer: SigningKey,
  purpose: Purpose,
  write: (writer: Writer, value: T) => void,
  value: T,
): Signed {
  const body = encode(write, value);
  return { body, signature: signer.sign(purpose, body) };
}

function fromKey(key: KeyObject): SigningKey {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(x, 'base64url')),
    sign: (purpose, body) => new Uint8Array(sign(null, signedBytes(purpose, body), key)),
    toPem: () => key.export({ format: 'pem', type: 'pkcs8' }),
  };
}

function signedBytes(purpose: Purpose, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`vstar/1/${purpose}\0`), body]);
}
