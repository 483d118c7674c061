import {
  readCertificate,
  writeCertificate,
  type Certificate,
  type MembershipProof,
  type Signed,
} from '#posiv-wit/generated/p2p/admission.ts';
import { NotAMemberError } from './errors.ts';
import { KEY_BYTES } from '../peer-id.ts';
import { decode } from '../wire-format.ts';
import { clusterIdOf, type ClusterId } from './cluster-id.ts';
import { isSignedBy, signed, type SigningKey } from './signing-key.ts';

export const SERIAL_BYTES = 16;

/** What a proof of membership was found to say. */
export interface Member {
  readonly certificate: Certificate;
  /** The public key of the node that signed it; undefined where the root did. */
  readonly issuer: Uint8Array | undefined;
}

export function issueCertificate(signer: SigningKey, certificate: Certificate): Signed {
  return signed(signer, 'certificate', writeCertificate, certificate);
}

/**
 * Checks a proof against the cluster and the key that a connection has proved. What costs nothing is looked at first.
 * @throws {not-a-member}
 */
export function checkMembership(
  proof: MembershipProof,
  cluster: ClusterId,
  key: Uint8Array,
): Member {
  const { root } = proof;
  const certificate = read(proof.member);
  if (root.length !== KEY_BYTES || clusterIdOf(root) !== cluster || certificate.cluster !== cluster)
    throw new NotAMemberError('its certificate is of another cluster');
  if (!isSame(certificate.key, key))
    throw new NotAMemberError('its certificate is for another key');
  if (proof.issuer === undefined) {
    check(proof.member, root);
    return { certificate, issuer: undefined };
  }
  if (certificate.admits || certificate.founds)
    throw new NotAMemberError('only the root key can give the right to admit or to found');
  const issuer = checkIssuer(proof.issuer, root);
  check(proof.member, issuer);
  return { certificate, issuer };
}

/**
 * Checks the certificate of a node that signs.
 * @returns its public key
 * @throws {not-a-member}
 */
export function checkIssuer(certificate: Signed, root: Uint8Array): Uint8Array {
  const { admits, cluster, key } = read(certificate);
  if (!admits || cluster !== clusterIdOf(root))
    throw new NotAMemberError('who signed it may not admit');
  check(certificate, root);
  return key;
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function check({ body, signature }: Signed, signer: Uint8Array): void {
  if (!isSignedBy(signer, 'certificate', body, signature))
    throw new NotAMemberError('its certificate is signed by another key than it says');
}

function read({ body }: Signed): Certificate {
  try {
    const certificate = decode(readCertificate, body);
    if (certificate.key.length === KEY_BYTES && certificate.serial.length === SERIAL_BYTES)
      return certificate;
  } catch (cause) {
    throw new NotAMemberError('its certificate cannot be read', cause);
  }
  throw new NotAMemberError('its certificate has a key or serial of another length');
}
