import { fromString } from 'uint8arrays/from-string';
import { toString } from 'uint8arrays/to-string';
import {
  readJoinTicket,
  readMembershipProof,
  readTicket,
  writeJoinTicket,
  writeMembershipProof,
  writeTicket,
  type JoinTicket,
  type MembershipProof,
  type Redemption,
  type Ticket,
} from '#posiv-wit/generated/p2p/admission.ts';
import { BadTicketError, TicketRefusedError } from './errors.ts';
import { KEY_BYTES } from '../peer-id.ts';
import { decode, encode } from '../wire-format.ts';
import { isSame } from './certificate.ts';
import { clusterIdOf, type ClusterId } from './cluster-id.ts';
import { isSignedBy, SEED_BYTES, signed, signingKey, type SigningKey } from './signing-key.ts';

export const TICKET_SERIAL_BYTES = 8;
export const MAX_USES = 1_024; // a roster holds no more nodes
export const DEFAULT_TTL_MS = 3_600_000; // long enough to paste it on some machines
export const MIN_TTL_MS = 1_000;
export const MAX_TTL_MS = 30 * 24 * 3_600_000; // it is short-lived: who loses it is not in danger for ever

const TICKET = 'vstar-ticket-';
const CERTIFICATE = 'vstar-certificate-';
const MAX_TEXT_LENGTH = 4_096;

/** What a node joins by: a ticket, or a membership that the root key has signed for its very key. */
export type Admission =
  | { readonly tag: 'ticket'; readonly val: JoinTicket }
  | { readonly tag: 'membership'; readonly val: MembershipProof };

/** @param secret 32 random bytes: the private part of the ticket's key */
export function makeTicket(
  signer: SigningKey,
  root: Uint8Array,
  secret: Uint8Array,
  fields: Omit<Ticket, 'cluster' | 'issuer' | 'key'>,
): { ticket: Ticket; text: string } {
  const { publicKey: issuer } = signer;
  const { publicKey: key } = signingKey(secret);
  const ticket = { cluster: clusterIdOf(root), issuer, key, ...fields };
  const handed = { root, ticket: signed(signer, 'ticket', writeTicket, ticket), secret };
  return { ticket, text: TICKET + toString(encode(writeJoinTicket, handed), 'base64url') };
}

export function membershipText(proof: MembershipProof): string {
  return CERTIFICATE + toString(encode(writeMembershipProof, proof), 'base64url');
}

/** @throws {bad-ticket} it is neither a ticket nor a certificate, or was cut */
export function parseAdmission(text: string): Admission {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TEXT_LENGTH) throw new BadTicketError('it is too long');
  try {
    if (trimmed.startsWith(TICKET)) {
      const val = decode(readJoinTicket, bytesOf(trimmed, TICKET));
      if (val.secret.length !== SEED_BYTES || val.root.length !== KEY_BYTES)
        throw new BadTicketError('it has a key of another length');
      readSignedTicket(val.ticket.body);
      return { tag: 'ticket', val };
    }
    if (trimmed.startsWith(CERTIFICATE))
      return { tag: 'membership', val: decode(readMembershipProof, bytesOf(trimmed, CERTIFICATE)) };
  } catch (cause) {
    throw cause instanceof BadTicketError ? cause : new BadTicketError('it is damaged', cause);
  }
  throw new BadTicketError(`it does not begin with ${TICKET} or ${CERTIFICATE}`);
}

/** What a node shows in place of the ticket itself. @param key the node's own */
export function redemptionOf({ ticket, secret }: JoinTicket, key: Uint8Array): Redemption {
  return { ticket, signature: signingKey(secret).sign('redemption', key) };
}

/**
 * Checks all of a redemption that does not depend on time or use. What costs nothing is looked at first.
 * @param key the one that the connection of who joins has proved
 * @throws {ticket-refused}
 */
export function checkRedemption(
  { ticket, signature }: Redemption,
  cluster: ClusterId,
  key: Uint8Array,
): Ticket {
  const read = readSignedTicket(ticket.body);
  if (read.cluster !== cluster) throw new TicketRefusedError('it is of another cluster');
  if (read.node !== undefined && !isSame(read.node, key))
    throw new TicketRefusedError('it is for another node');
  if (!isSignedBy(read.issuer, 'ticket', ticket.body, ticket.signature))
    throw new TicketRefusedError('it is signed by another key than it says');
  if (!isSignedBy(read.key, 'redemption', key, signature))
    throw new TicketRefusedError('who shows it does not hold it');
  return read;
}

/** How people call a ticket. */
export function ticketIdOf(serial: Uint8Array): string {
  return toString(serial, 'base16');
}

export function parseTicketId(text: string): Uint8Array | undefined {
  return /^[0-9a-f]{16}$/.test(text) ? fromString(text, 'base16') : undefined;
}

/** @throws {ticket-refused} */
function readSignedTicket(body: Uint8Array): Ticket {
  let ticket: Ticket;
  try {
    ticket = decode(readTicket, body);
  } catch (cause) {
    throw new TicketRefusedError('it cannot be read', cause);
  }
  const keys = [ticket.issuer, ticket.key, ...(ticket.node === undefined ? [] : [ticket.node])];
  if (
    ticket.serial.length !== TICKET_SERIAL_BYTES ||
    keys.some(({ length }) => length !== KEY_BYTES)
  )
    throw new TicketRefusedError('it has a key or serial of another length');
  return ticket;
}

function bytesOf(text: string, prefix: string): Uint8Array {
  return fromString(text.slice(prefix.length), 'base64url');
}
