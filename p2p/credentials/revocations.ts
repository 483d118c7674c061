import { createHash } from 'node:crypto';
import { toString } from 'uint8arrays/to-string';
import {
  readKeptRevocations,
  readRevocation,
  writeKeptRevocations,
  writeRevocation,
  writeRevocationStatement,
  type Revocation,
  type RevocationStatement,
  type Signed,
} from '#posiv-wit/generated/p2p/admission.ts';
import { NotAMemberError, RevocationsFullError, RevokedError } from './errors.ts';
import { KEY_BYTES, nodeIdOfKey } from '../peer-id.ts';
import { decode, encode } from '../wire-format.ts';
import { readFormat, type AdmissionStore } from './admission-store.ts';
import { checkIssuer, type Member } from './certificate.ts';
import { clusterIdOf, type ClusterId } from './cluster-id.ts';
import { isSignedBy, signed, type SigningKey } from './signing-key.ts';
import { MAX_TTL_MS, TICKET_SERIAL_BYTES } from './ticket.ts';
import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

const MAX_REVOCATIONS = 1_024; // all of them travel in one frame of a handshake, some 300 bytes each
// Of what nodes sign: whichever of them goes mad, the root can still take it out, and with it all that it has signed.
const MAX_OF_NODES = MAX_REVOCATIONS - 256;
const FORMAT = 1;

interface Known {
  readonly statement: RevocationStatement;
  readonly revocation: Revocation;
  /** The node that signed it, in hex; undefined for the root. */
  readonly by: string | undefined;
}

/** What counts, by the key of a node or the serial of a ticket, in hex. */
interface Index {
  readonly nodes: Map<string, readonly RevocationStatement[]>;
  readonly tickets: Map<string, readonly RevocationStatement[]>;
  readonly ids: Set<NodeId>;
}

/** Who makes a revocation. */
export interface Revoker {
  readonly signer: SigningKey;
  /** Its certificate; undefined for the root. */
  readonly issuer: Signed | undefined;
}

/**
 * What is revoked. The statements are a set that only grows, but for tickets that have ended by themselves and for what was signed
 * by a node that the root has revoked. What they mean together does not depend on the order in which they came: so all nodes come
 * to the same.
 */
export class Revocations {
  readonly #root: Uint8Array;
  readonly #cluster: ClusterId;
  readonly #clock: Clock;
  readonly #store: AdmissionStore;
  /** By the hash of the statement. */
  #known: ReadonlyMap<string, Known> = new Map();
  #digest: Uint8Array | undefined;
  #indexed: Index | undefined;
  #lastSave: Promise<void> = Promise.resolve();

  private constructor(root: Uint8Array, clock: Clock, store: AdmissionStore) {
    this.#root = root;
    this.#cluster = clusterIdOf(root);
    this.#clock = clock;
    this.#store = store;
  }

  /** @throws {admission-file} it is damaged, or of a later version */
  static async open(root: Uint8Array, clock: Clock, store: AdmissionStore): Promise<Revocations> {
    const revocations = new Revocations(root, clock, store);
    const kept = readFormat(
      'revocations',
      FORMAT,
      readKeptRevocations,
      await store.load('revocations'),
    );
    // Another cluster's are not taken over: a folder that joins another one starts anew.
    const own = kept?.statements.filter((each) => revocations.#isOwn(each)) ?? [];
    revocations.#take(own);
    return revocations;
  }

  /** The SHA-256 of all statements, in the order of their hashes. */
  get digest(): Uint8Array {
    this.#forgetEnded();
    if (this.#digest === undefined) {
      const hash = createHash('sha256');
      for (const id of [...this.#known.keys()].toSorted()) hash.update(id);
      this.#digest = new Uint8Array(hash.digest());
    }
    return this.#digest;
  }

  statements(): RevocationStatement[] {
    this.#forgetEnded();
    return [...this.#known.values()].map(({ statement }) => statement);
  }

  /** Those that say of a node that it is revoked. */
  against(key: Uint8Array): readonly RevocationStatement[] {
    return this.#index.nodes.get(hex(key)) ?? [];
  }

  isNodeRevoked(key: Uint8Array): boolean {
    return this.#index.nodes.has(hex(key));
  }

  isTicketRevoked(serial: Uint8Array): boolean {
    return this.#index.tickets.has(hex(serial));
  }

  /** The ids of the nodes that are revoked by name. */
  get nodes(): ReadonlySet<NodeId> {
    return this.#index.ids;
  }

  /** The ids of the tickets. */
  get tickets(): readonly string[] {
    return [...this.#index.tickets.keys()];
  }

  /** Why a node is out: it is revoked itself, or the node that signed for it is. @param issuer undefined for the root */
  endOf(key: Uint8Array, issuer: Uint8Array | undefined): RevokedError | undefined {
    const statements = [
      ...this.against(key),
      ...(issuer === undefined ? [] : this.against(issuer)),
    ];
    return statements.length === 0 ? undefined : new RevokedError(nodeIdOfKey(key), statements);
  }

  /** @throws {revoked} with the statements that say so */
  check({ certificate, issuer }: Member): void {
    const end = this.endOf(certificate.key, issuer);
    if (end !== undefined) throw end;
  }

  /**
   * Adds statements of others. All of them are checked before any is taken.
   * @returns those that are new
   * @throws {not-a-member} one is not signed by the root or a node that admits
   * @throws {revocations-full} also where a quarter is left: that is for what the root signs
   */
  merge(statements: readonly RevocationStatement[]): RevocationStatement[] {
    this.#forgetEnded();
    const fresh = statements.filter((each) => !this.#known.has(idOf(each)));
    return this.#take(fresh);
  }

  /** @throws {revocations-full} */
  make({ signer, issuer }: Revoker, revoked: Revocation['revoked']): RevocationStatement {
    const issuedMs = Math.floor(this.#clock.wallTime());
    const untilMs = revoked.tag === 'ticket' ? issuedMs + 2 * MAX_TTL_MS : 0;
    const revocation = { cluster: this.#cluster, revoked, issuedMs, untilMs };
    const statement = {
      issuer,
      revocation: signed(signer, 'revocation', writeRevocation, revocation),
    };
    this.merge([statement]);
    return statement;
  }

  /** Durable when it resolves: what is known at the call, or later. */
  save(): Promise<void> {
    this.#lastSave = this.#lastSave
      .catch(() => undefined) // whoever called heard of it
      .then(() => {
        const kept = { format: FORMAT, statements: this.statements() };
        return this.#store.save('revocations', encode(writeKeptRevocations, kept));
      });
    return this.#lastSave;
  }

  #take(statements: readonly RevocationStatement[]): RevocationStatement[] {
    const now = this.#clock.wallTime();
    const read = statements.map((statement) => [idOf(statement), this.#read(statement)] as const);
    const lasting = read.filter(([, { revocation }]) => !isEnded(revocation, now));
    if (lasting.length === 0) return [];
    const all = withoutSignersOut([...this.#known, ...lasting]);
    const ofNodes = [...all.values()].filter(({ by }) => by !== undefined).length;
    if (all.size > MAX_REVOCATIONS || ofNodes > MAX_OF_NODES)
      throw new RevocationsFullError(MAX_REVOCATIONS);
    this.#know(all);
    return lasting.flatMap(([id, { statement }]) => (all.has(id) ? [statement] : []));
  }

  #know(all: ReadonlyMap<string, Known>): void {
    this.#known = all;
    this.#digest = undefined;
    this.#indexed = undefined;
  }

  #isOwn({ revocation }: RevocationStatement): boolean {
    return decode(readRevocation, revocation.body).cluster === this.#cluster;
  }

  #read(statement: RevocationStatement): Known {
    const { body, signature } = statement.revocation;
    const revocation = decode(readRevocation, body);
    const { cluster, revoked } = revocation;
    const wanted = revoked.tag === 'node' ? KEY_BYTES : TICKET_SERIAL_BYTES;
    if (cluster !== this.#cluster || revoked.val.length !== wanted)
      throw new NotAMemberError('a revocation is of another cluster, or of nothing that there is');
    const signer =
      statement.issuer === undefined ? this.#root : checkIssuer(statement.issuer, this.#root);
    if (!isSignedBy(signer, 'revocation', body, signature))
      throw new NotAMemberError('a revocation is signed by another key than it says');
    // What was received are views of a whole chunk of the connection.
    const copy = {
      issuer: statement.issuer && copyOf(statement.issuer),
      revocation: copyOf({ body, signature }),
    };
    const own = decode(readRevocation, copy.revocation.body);
    return { statement: copy, revocation: own, by: statement.issuer && hex(signer) };
  }

  /** What nodes say of each other counts for all of them. */
  get #index(): Index {
    if (this.#indexed !== undefined) return this.#indexed;
    const index: Index = { nodes: new Map(), tickets: new Map(), ids: new Set() };
    for (const {
      statement,
      revocation: { revoked },
    } of this.#known.values()) {
      const at = revoked.tag === 'node' ? index.nodes : index.tickets;
      const key = hex(revoked.val);
      at.set(key, [...(at.get(key) ?? []), statement]);
      if (revoked.tag === 'node') index.ids.add(nodeIdOfKey(revoked.val));
    }
    this.#indexed = index;
    return index;
  }

  #forgetEnded(): void {
    const now = this.#clock.wallTime();
    const lasting = [...this.#known].filter(([, { revocation }]) => !isEnded(revocation, now));
    if (lasting.length < this.#known.size) this.#know(new Map(lasting));
  }
}

/** What a node has signed counts unless the root has revoked that node. */
function withoutSignersOut(all: readonly (readonly [string, Known])[]): Map<string, Known> {
  const out = new Set(
    all.flatMap(([, { by, revocation }]) =>
      by === undefined && revocation.revoked.tag === 'node' ? [hex(revocation.revoked.val)] : [],
    ),
  );
  return new Map(all.filter(([, { by }]) => by === undefined || !out.has(by)));
}

function isEnded({ untilMs }: Revocation, now: number): boolean {
  return untilMs !== 0 && untilMs < now;
}

function idOf(statement: RevocationStatement): string {
  return createHash('sha256').update(encode(writeRevocationStatement, statement)).digest('hex');
}

function copyOf({ body, signature }: Signed): Signed {
  return { body: body.slice(), signature: signature.slice() };
}

function hex(bytes: Uint8Array): string {
  return toString(bytes, 'base16');
}
