import {
  readKeptMembership,
  readMembershipProof,
  writeKeptMembership,
  writeMembershipProof,
  type Certificate,
  type Credential,
  type JoinTicket,
  type MembershipProof,
} from '#posiv-wit/generated/p2p/admission.ts';
import { codeOf, describe, ForeignClusterError } from '../errors.ts';
import {
  AdmissionFileError,
  AdmissionMissingError,
  BadTicketError,
  CertificateMismatchError,
  MayNotAdmitError,
  NotAMemberError,
} from './errors.ts';
import { nodeIdOfKey } from '../peer-id.ts';
import { decode, encode } from '../wire-format.ts';
import { readFormat, type AdmissionStore } from './admission-store.ts';
import {
  checkMembership,
  isSame,
  issueCertificate,
  SERIAL_BYTES,
  type Member,
} from './certificate.ts';
import { clusterIdOf, type ClusterId } from './cluster-id.ts';
import { SEED_BYTES, signingKey, signingKeyOfPem, type SigningKey } from './signing-key.ts';
import { membershipText, redemptionOf, type Admission } from './ticket.ts';
import type { Clock, Random } from '../environment.ts';

const FORMAT = 1;

export interface CredentialsComponents {
  clock: Clock;
  random: Random;
  store: AdmissionStore;
  /** The node's own. */
  key: SigningKey;
}

export interface CredentialsInit {
  /** What it was given to join by. */
  admission?: Admission | undefined;
  /** Whether it founds a cluster where it belongs to none and was given nothing to join by. */
  mayFound: boolean;
}

/** What a node has to show, and what it can sign. */
export class Credentials {
  /** The root's public key. */
  readonly root: Uint8Array;
  readonly cluster: ClusterId;
  /** The root's private part, where it is in this node's store. */
  readonly rootKey: SigningKey | undefined;
  readonly key: SigningKey;
  readonly #components: CredentialsComponents;
  readonly #ticket: JoinTicket | undefined;
  #membership: MembershipProof | undefined;
  #member: Member | undefined;

  private constructor(
    components: CredentialsComponents,
    root: Uint8Array,
    rootKey: SigningKey | undefined,
    shown: { ticket?: JoinTicket; membership?: MembershipProof },
  ) {
    this.#components = components;
    this.root = root;
    this.cluster = clusterIdOf(root);
    // The root key of another cluster, which a folder may still hold, signs nothing here.
    this.rootKey = rootKey !== undefined && isSame(rootKey.publicKey, root) ? rootKey : undefined;
    this.key = components.key;
    this.#ticket = shown.ticket;
    if (shown.membership !== undefined) this.#take(shown.membership);
  }

  /**
   * What is stored; else what the admission gives; else that of a new cluster.
   * @throws {admission-missing} none of these
   * @throws {foreign-cluster} the admission is to another cluster than that of the store
   * @throws {bad-ticket} the certificate that was given is not for this node
   * @throws {certificate-mismatch} {admission-file} what is stored is another node's, damaged, or of a later version
   */
  static async open(
    components: CredentialsComponents,
    { admission, mayFound }: CredentialsInit,
  ): Promise<Credentials> {
    const { key, store } = components;
    const rootKey = await loadRootKey(store);
    const kept = readFormat(
      'membership',
      FORMAT,
      readKeptMembership,
      await store.load('membership'),
    )?.membership;
    const open = (root: Uint8Array, shown: { ticket?: JoinTicket; membership?: MembershipProof }) =>
      new Credentials(components, root, rootKey, shown);
    if (kept !== undefined) {
      const credentials = checked(key, () => open(kept.root, { membership: kept }));
      if (admission === undefined) return credentials;
      const { root } = admission.val;
      if (!isSame(root, kept.root))
        throw new ForeignClusterError(
          `cluster ${clusterIdOf(root)}`,
          `cluster ${credentials.cluster}`,
        );
      if (admission.tag === 'ticket') return credentials;
    }
    if (admission?.tag === 'ticket') return open(admission.val.root, { ticket: admission.val });
    if (admission?.tag === 'membership') {
      const credentials = given(() => open(admission.val.root, { membership: admission.val }));
      await credentials.#save();
      return credentials;
    }
    if (!mayFound) throw new AdmissionMissingError();
    return Credentials.#found(components, rootKey);
  }

  /** Makes the root key of a new cluster, or uses the one that it made before it stopped. */
  static async #found(
    components: CredentialsComponents,
    stored: SigningKey | undefined,
  ): Promise<Credentials> {
    const { key, random, store } = components;
    const rootKey = stored ?? signingKey(random.bytes(SEED_BYTES));
    if (stored === undefined) await store.save('root-key', Buffer.from(rootKey.toPem()));
    const rights = { admits: true, founds: true };
    const { publicKey: root } = rootKey;
    const membership = issue(components, root, rootKey, undefined, key.publicKey, rights);
    const credentials = new Credentials(components, root, rootKey, { membership });
    await credentials.#save();
    return credentials;
  }

  /** Undefined while it has only a ticket. */
  get membership(): MembershipProof | undefined {
    return this.#membership;
  }

  get certificate(): Certificate | undefined {
    return this.#member?.certificate;
  }

  /** The public key of the node that signed its certificate; undefined where the root did, or nobody yet. */
  get issuer(): Uint8Array | undefined {
    return this.#member?.issuer;
  }

  /** Whether this node can make others members. */
  get admits(): boolean {
    return (
      this.#member !== undefined && (this.rootKey !== undefined || this.#member.certificate.admits)
    );
  }

  /** What this node shows to others. */
  credential(): Credential {
    if (this.#membership !== undefined) return { tag: 'membership', val: this.#membership };
    if (this.#ticket === undefined) throw new AdmissionMissingError();
    return { tag: 'redemption', val: redemptionOf(this.#ticket, this.key.publicKey) };
  }

  /**
   * Takes what a ticket was redeemed for. Durable when it resolves.
   * @throws {not-a-member} it is not for this node
   */
  async admitted(received: MembershipProof): Promise<void> {
    if (this.#membership !== undefined) return; // by another address at the same time
    checkMembership(received, this.cluster, this.key.publicKey);
    // What was received are views of a whole chunk of the connection.
    const membership = decode(readMembershipProof, encode(writeMembershipProof, received));
    await this.#save(membership);
    this.#take(membership);
  }

  /**
   * Makes whoever holds a key a member.
   * @throws {may-not-admit}
   */
  issue(key: Uint8Array, rights: Pick<Certificate, 'admits' | 'founds'>): MembershipProof {
    const signer = this.rootKey ?? (this.admits ? this.key : undefined);
    if (signer === undefined || this.#membership === undefined)
      throw new MayNotAdmitError('this node may not admit others');
    const issuer = this.rootKey === undefined ? this.#membership.member : undefined;
    if (issuer !== undefined && (rights.admits || rights.founds))
      throw new MayNotAdmitError('only who has the root key can let others admit');
    return issue(this.#components, this.root, signer, issuer, key, rights);
  }

  #take(membership: MembershipProof): void {
    this.#member = checkMembership(membership, this.cluster, this.key.publicKey);
    this.#membership = membership;
  }

  #save(membership = this.#membership!): Promise<void> {
    const kept = encode(writeKeptMembership, { format: FORMAT, membership });
    return this.#components.store.save('membership', kept);
  }
}

/** Signs a certificate. @param issuer that of the signer; undefined for the root key */
export function issue(
  { clock, random }: Pick<CredentialsComponents, 'clock' | 'random'>,
  root: Uint8Array,
  signer: SigningKey,
  issuer: MembershipProof['issuer'],
  key: Uint8Array,
  rights: Pick<Certificate, 'admits' | 'founds'>,
): MembershipProof {
  const certificate = {
    cluster: clusterIdOf(root),
    key: key.slice(),
    serial: random.bytes(SERIAL_BYTES),
    issuedMs: Math.floor(clock.wallTime()),
    ...rights,
  };
  return { root, issuer, member: issueCertificate(signer, certificate) };
}

/** What the holder of a key joins by, made with the root key alone. */
export function admitByRoot(
  components: Pick<CredentialsComponents, 'clock' | 'random'>,
  root: SigningKey,
  key: Uint8Array,
  admits: boolean,
): string {
  const rights = { admits, founds: false };
  return membershipText(issue(components, root.publicKey, root, undefined, key, rights));
}

/** The root key of a store. @throws {admission-file} */
async function loadRootKey(store: AdmissionStore): Promise<SigningKey | undefined> {
  const stored = await store.load('root-key');
  if (stored === undefined) return undefined;
  const key = signingKeyOfPem(Buffer.from(stored).toString());
  if (key === undefined)
    throw new AdmissionFileError('root-key', 'it is no Ed25519 key in PKCS #8 PEM');
  return key;
}

function checked(key: SigningKey, open: () => Credentials): Credentials {
  try {
    return open();
  } catch (error) {
    if (codeOf(error) !== 'not-a-member') throw error;
    throw new CertificateMismatchError(nodeIdOfKey(key.publicKey), describe(error), error);
  }
}

function given(open: () => Credentials): Credentials {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof NotAMemberError)) throw error;
    throw new BadTicketError(
      `it is a certificate that is not for this node (${error.message})`,
      error,
    );
  }
}
