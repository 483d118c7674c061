import { StorageFailedError } from '../errors.ts';
import { BadRequestError, MayNotAdmitError, NoMembershipError } from './errors.ts';
import { nodeIdOfKey, parsePeerId, peerIdText } from '../peer-id.ts';
import { isSame, type Member } from './certificate.ts';
import { SEED_BYTES } from './signing-key.ts';
import {
  DEFAULT_TTL_MS,
  makeTicket,
  MAX_TTL_MS,
  MAX_USES,
  MIN_TTL_MS,
  parseTicketId,
  ticketIdOf,
  TICKET_SERIAL_BYTES,
} from './ticket.ts';
import type { ClusterId } from './cluster-id.ts';
import type { Credentials } from './credentials.ts';
import type { Revocations, Revoker } from './revocations.ts';
import type { TicketBook } from './ticket-book.ts';
import type { Clock, Random } from '../environment.ts';
import type { NodeId } from '../node-id.ts';
import type { RosterEntry } from '../roster.ts';
import type { RevocationStatement } from '#posiv-wit/generated/p2p/admission.ts';

export interface OfficeComponents {
  clock: Clock;
  random: Random;
  credentials: Credentials;
  revocations: Revocations;
  tickets: TicketBook;
}

export interface OfficeInit {
  /** The nodes of the roster. */
  members(): readonly RosterEntry[];
  /** What the members that are connected have proved. */
  proofs(): readonly Member[];
  /** Statements that are stored here: to be told to the others. */
  onRevoked(statements: readonly RevocationStatement[]): void;
}

/** What a ticket shall be good for. */
export interface TicketWish {
  /** Default an hour; a second to 30 days. */
  readonly ttlMs?: number | undefined;
  /** Default 1; at most 1,024. */
  readonly uses?: number | undefined;
  /** The peer id of the only node that may join by it. */
  readonly node?: string | undefined;
  /** Whether who joins by it may admit others. */
  readonly admits?: boolean | undefined;
}

export interface TicketView {
  readonly id: string;
  readonly remainingMs: number;
  readonly uses: number;
  readonly usedBy: readonly NodeId[];
  readonly node: string | undefined;
  readonly admits: boolean;
}

export interface ClusterView {
  readonly id: ClusterId;
  readonly node: NodeId;
  readonly peerId: string;
  readonly admits: boolean;
  readonly hasRootKey: boolean;
  readonly revokedNodes: readonly NodeId[];
  readonly revokedTickets: readonly string[];
}

/** What the owner of a node may do about who belongs to the cluster. */
export class AdmissionOffice {
  readonly #components: OfficeComponents;
  readonly #init: OfficeInit;

  constructor(components: OfficeComponents, init: OfficeInit) {
    this.#components = components;
    this.#init = init;
  }

  /** @throws {no-membership} */
  cluster(): ClusterView {
    const { credentials, revocations } = this.#components;
    if (credentials.membership === undefined) throw new NoMembershipError();
    const { publicKey } = credentials.key;
    return {
      id: credentials.cluster,
      node: nodeIdOfKey(publicKey),
      peerId: peerIdText(publicKey),
      admits: credentials.admits,
      hasRootKey: credentials.rootKey !== undefined,
      revokedNodes: [...revocations.nodes].toSorted(),
      revokedTickets: revocations.tickets.toSorted(),
    };
  }

  /** @throws {may-not-admit} {bad-request} {tickets-full} {storage-failed} */
  async createTicket(wish: TicketWish): Promise<{ id: string; text: string }> {
    const { clock, credentials, random, tickets } = this.#components;
    const { ttlMs = DEFAULT_TTL_MS, uses = 1, admits = false } = wish;
    if (!(ttlMs >= MIN_TTL_MS && ttlMs <= MAX_TTL_MS))
      throw new BadRequestError(`a ticket lasts from a second to 30 days, not ${ttlMs} ms`);
    if (!(Number.isInteger(uses) && uses >= 1 && uses <= MAX_USES))
      throw new BadRequestError(`a ticket is good for 1 to ${MAX_USES} nodes, not ${uses}`);
    const node = wish.node === undefined ? undefined : keyOfPeer(wish.node);
    this.#revoker();
    if (admits && credentials.rootKey === undefined)
      throw new MayNotAdmitError('only a node that has the root key can let others admit');
    const serial = random.bytes(TICKET_SERIAL_BYTES);
    const expiresMs = Math.round(clock.wallTime() + ttlMs);
    const secret = random.bytes(SEED_BYTES);
    const fields = { serial, expiresMs, uses, node, admits };
    const { ticket, text } = makeTicket(credentials.key, credentials.root, secret, fields);
    await tickets.add(ticket);
    return { id: ticketIdOf(serial), text };
  }

  tickets(): TicketView[] {
    const now = this.#components.clock.wallTime();
    return this.#components.tickets.list().map(({ ticket, usedBy }) => ({
      id: ticketIdOf(ticket.serial),
      remainingMs: Math.max(0, Math.round(ticket.expiresMs - now)),
      uses: ticket.uses,
      usedBy: usedBy.map(nodeIdOfKey),
      node: ticket.node && peerIdText(ticket.node),
      admits: ticket.admits,
    }));
  }

  /**
   * Makes a ticket void, of whichever node. Durable here when it resolves.
   * @throws {may-not-admit} {bad-request} {revocations-full} {storage-failed}
   */
  async revokeTicket(id: string): Promise<void> {
    const serial = parseTicketId(id);
    if (serial === undefined)
      throw new BadRequestError(`${JSON.stringify(id)} is no id of a ticket`);
    const statement = this.#components.revocations.make(this.#revoker(), {
      tag: 'ticket',
      val: serial,
    });
    await this.#components.tickets.remove(id);
    await this.#spread(statement);
  }

  /**
   * Takes a node out of the cluster for good. Durable here when it resolves.
   * @param which its id, name or peer id
   * @param withAdmitted whether those may go too that it admitted with its own key
   * @returns the ids of all that are known to be out by it
   * @throws {may-not-admit} {bad-request} {revocations-full} {storage-failed}
   */
  async revokeNode(which: string, withAdmitted: boolean): Promise<NodeId[]> {
    const { credentials, revocations } = this.#components;
    const revoker = this.#revoker();
    const key = this.#find(which);
    if (isSame(key, credentials.key.publicKey))
      throw new BadRequestError('a node does not revoke itself: ask another that may, or stop it');
    if (credentials.issuer !== undefined && isSame(key, credentials.issuer))
      throw new BadRequestError(
        'that node signed the certificate of this one, which would be out too: ask one that the root key has signed',
      );
    const admitted = this.#init
      .proofs()
      .flatMap(({ certificate, issuer }) =>
        issuer !== undefined && isSame(issuer, key) ? [nodeIdOfKey(certificate.key)] : [],
      );
    if (admitted.length > 0 && !withAdmitted)
      throw new BadRequestError(
        `these would be out too, since it admitted them with its own key: ${admitted.join(', ')}; say so, and let them join again`,
      );
    await this.#spread(revocations.make(revoker, { tag: 'node', val: key }));
    return [nodeIdOfKey(key), ...admitted];
  }

  #revoker(): Revoker {
    const { credentials } = this.#components;
    const { membership, rootKey, key } = credentials;
    if (membership === undefined) throw new NoMembershipError();
    if (rootKey !== undefined) return { signer: rootKey, issuer: undefined };
    if (credentials.certificate?.admits === true) return { signer: key, issuer: membership.member };
    throw new MayNotAdmitError('this node has no right to admit or to revoke');
  }

  #find(which: string): Uint8Array {
    const key = parsePeerId(which);
    if (key !== undefined) return key;
    const members = this.#init.members();
    const found = members.filter(({ id, name }) => id === which || name === which);
    if (found.length > 1)
      throw new BadRequestError(`several nodes are called ${which}: name it by its id`);
    const known = found[0] && this.#keyOf(found[0]);
    if (known === undefined)
      throw new BadRequestError(
        found.length === 0
          ? `there is no node ${JSON.stringify(which)}`
          : `the key of node ${which} is not known here, as it is not connected: name it by its PeerID`,
      );
    return known;
  }

  /** From what it has proved, or from an address that names it. */
  #keyOf({ id, addresses }: RosterEntry): Uint8Array | undefined {
    const proved = this.#init.proofs().map(({ certificate }) => certificate.key);
    const named = addresses.map((address) => parsePeerId(address.split('/p2p/').at(-1) ?? ''));
    return [...proved, ...named].find((key) => key !== undefined && nodeIdOfKey(key) === id);
  }

  async #spread(statement: RevocationStatement): Promise<void> {
    try {
      await this.#components.revocations.save();
    } catch (cause) {
      throw new StorageFailedError('revocation', cause);
    } finally {
      this.#init.onRevoked([statement]);
    }
  }
}

function keyOfPeer(text: string): Uint8Array {
  const key = parsePeerId(text);
  if (key !== undefined) return key;
  throw new BadRequestError(`${JSON.stringify(text)} is no PeerID: it begins with 12D3KooW`);
}
