import { codeOf, describe } from './errors.ts';
import type { Refusal, RefusalCode } from '#posiv-wit/generated/p2p/admission.ts';

const MAX_REFUSAL_LENGTH = 256; // characters of the message, so at most 1,024 bytes
const CODE = /^[a-z][a-z0-9-]{0,63}$/;

const CODES: { readonly [code in RefusalCode]: true } = {
  'version-mismatch': true,
  'identity-mismatch': true,
  'foreign-cluster': true,
  'duplicate-identity': true,
  'stale-incarnation': true,
  'already-connected': true,
  'crossing-dials': true,
  'roster-full': true,
  'malformed-hello': true,
  'storage-failed': true,
  'not-a-member': true,
  revoked: true,
  'no-membership': true,
  'ticket-expired': true,
  'ticket-used-up': true,
  'ticket-refused': true,
  'issuer-unreachable': true,
  'too-many-joins': true,
};

/** What a peer wrote for people, which goes to logs and terminals. */
export function printable(message: string): string {
  return message.slice(0, MAX_REFUSAL_LENGTH).replace(/[^\x20-\x7e]/g, '?');
}

/** A code of a peer's, or one that a peer is told: `other` in place of what is none. */
export function printableCode(code: string): string {
  return CODE.test(code) ? code : 'other';
}

/** What a peer is told of an error. */
export function refusalOf(error: unknown): Refusal {
  const code = codeOf(error);
  return {
    code: Object.hasOwn(CODES, code) ? (code as RefusalCode) : 'malformed-hello',
    message: describe(error).slice(0, MAX_REFUSAL_LENGTH),
  };
}
