import { codeOf, describe, ForeignClusterError, VersionMismatchError } from '../errors.ts';
import { keyOf } from '../peer-id.ts';
import { PROTOCOL } from '../wire-format.ts';
import { checkMembership, isSame, type Member } from './certificate.ts';
import { NoMembershipError, NotAMemberError, type RevokedError } from './errors.ts';
import type { Logger } from '../environment.ts';
import type { Credentials } from './credentials.ts';
import type { Redeemer } from './redeemer.ts';
import type { Revocations } from './revocations.ts';
import type {
  Greeting,
  MembershipProof,
  Redemption,
  RevocationStatement,
} from '#posiv-wit/generated/p2p/admission.ts';

export interface GateComponents {
  credentials: Credentials;
  revocations: Revocations;
  redeemer: Redeemer;
  logger: Logger;
}

/** What a greeting showed. */
export type Shown =
  | { readonly tag: 'member'; readonly member: Member }
  | { readonly tag: 'joining'; readonly key: Uint8Array; readonly redemption: Redemption };

/** Decides who is let in: what both sides of a connection prove before anything else is said on it. */
export class Gate {
  readonly #components: GateComponents;
  /** Statements that were not known before. */
  readonly #onRevoked: (statements: readonly RevocationStatement[]) => void;

  constructor(
    components: GateComponents,
    onRevoked: (statements: readonly RevocationStatement[]) => void,
  ) {
    this.#components = components;
    this.#onRevoked = onRevoked;
  }

  /** Whether this node has a certificate itself. */
  get isMember(): boolean {
    return this.#components.credentials.membership !== undefined;
  }

  greeting(): Greeting {
    const { credentials } = this.#components;
    return {
      protocol: PROTOCOL,
      cluster: credentials.cluster,
      credential: credentials.credential(),
    };
  }

  /**
   * Looks at what a peer shows. No signature is checked before all that costs nothing is right, and at most two are for a
   * certificate: less than its encryption has cost.
   * @param peerId proved by the connection
   * @throws {version-mismatch} {foreign-cluster} {not-a-member} {no-membership} {revoked}
   */
  examine({ protocol, cluster, credential }: Greeting, peerId: Uint8Array): Shown {
    const { credentials } = this.#components;
    if (protocol !== PROTOCOL) throw new VersionMismatchError(protocol, PROTOCOL);
    if (cluster !== credentials.cluster)
      throw new ForeignClusterError('another cluster', 'one with another root key'); // strangers learn nothing
    const key = keyOf(peerId);
    if (credential.tag === 'membership') {
      if (key === undefined) throw new NotAMemberError('its key is none of Ed25519');
      return { tag: 'member', member: this.memberOf(credential.val, key) };
    }
    if (key === undefined) throw new NotAMemberError('its key is none of Ed25519');
    if (!this.isMember) throw new NoMembershipError();
    return { tag: 'joining', key, redemption: credential.val };
  }

  /** Who just became one. @throws {not-a-member} what another node issued is not right {revoked} */
  memberOf(membership: MembershipProof, key: Uint8Array): Member {
    const { credentials, revocations } = this.#components;
    const member = checkMembership(membership, credentials.cluster, key);
    revocations.check(member);
    return member;
  }

  /** @throws what `Redeemer.redeem` throws */
  redeem(redemption: Redemption, key: Uint8Array): Promise<MembershipProof> {
    return this.#components.redeemer.redeem(redemption, key);
  }

  /** This node's ticket was redeemed. Durable when it resolves. @throws {not-a-member} */
  admitted(membership: MembershipProof): Promise<void> {
    return this.#components.credentials.admitted(membership);
  }

  /** What a peer has to be told, whose statements have another digest; undefined for nothing. */
  unknownTo(digest: Uint8Array): readonly RevocationStatement[] | undefined {
    const { revocations } = this.#components;
    return isSame(digest, revocations.digest) ? undefined : revocations.statements();
  }

  get digest(): Uint8Array {
    return this.#components.revocations.digest;
  }

  /**
   * Takes statements of a member, and sees to it that they are kept.
   * @throws {not-a-member} {revocations-full} then none of them counts
   */
  learn(statements: readonly RevocationStatement[]): void {
    const { revocations, logger } = this.#components;
    const fresh = revocations.merge(statements);
    if (fresh.length === 0) return;
    revocations.save().catch((error: unknown) => {
      const fields = { code: codeOf(error), reason: describe(error) };
      logger.error('what is revoked could not be stored', fields);
    });
    this.#onRevoked(fresh);
  }

  /** @throws {revoked} the member is out by now */
  check(member: Member): void {
    this.#components.revocations.check(member);
  }

  /** Why a member is out; undefined while it is not. */
  endOf({ certificate, issuer }: Member): RevokedError | undefined {
    return this.#components.revocations.endOf(certificate.key, issuer);
  }

  /** Why this node itself is out; undefined while it is not. */
  get ownEnd(): RevokedError | undefined {
    const { credentials, revocations } = this.#components;
    return revocations.endOf(credentials.key.publicKey, credentials.issuer);
  }
}
