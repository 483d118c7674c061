import { createHash } from 'node:crypto';
import { issue } from '#p2p/credentials/credentials.ts';
import { signingKey, type SigningKey } from '#p2p/credentials/signing-key.ts';
import { membershipText } from '#p2p/credentials/ticket.ts';
import { seededRandom } from './manual-clock.ts';
import type { MembershipProof } from '#posiv-wit/generated/p2p/admission.ts';

/** The root key of the cluster that tests belong to which are about something else: in each process the same. */
export const TEST_ROOT: SigningKey = rootKey('test');

export function rootKey(name: string): SigningKey {
  return signingKey(createHash('sha256').update(`root ${name}`).digest());
}

/** What the root key signs for the holder of a key. */
export function signedByRoot(
  key: Uint8Array,
  { root = TEST_ROOT, founds = false, admits = false } = {},
): MembershipProof {
  const from = {
    clock: { wallTime: () => 0, now: () => 0, after: never },
    random: seededRandom(7),
  };
  return issue(from, root.publicKey, root, undefined, key, { admits, founds });
}

/** The same as a node is given it. */
export function admissionOf(...args: Parameters<typeof signedByRoot>): string {
  return membershipText(signedByRoot(...args));
}

function never(): () => void {
  throw new Error('nothing waits here');
}
