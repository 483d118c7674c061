import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { TenantBook } from '#node/tenants/tenant-book.ts';

/** Names the tenant that the owner of a node wants to act as. */
export const TENANT_HEADER = 'x-vstar-tenant';

/** What the sessions of a tenant may call. */
const TENANT_GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster', 'posiv:machine'];
/** What those of the node's owner may. */
const OWNER_GRANTS = [...TENANT_GRANTS, 'posiv:admin'];

/** Who opened a connection. */
export interface Identity {
  readonly tenant: string;
  readonly grants: readonly string[];
}

/** Finds out for whom a program outside speaks. */
export class Authenticator {
  readonly #tenants: TenantBook;
  readonly #ownerToken: string;

  /** @param ownerToken that of the node's owner */
  constructor(tenants: TenantBook, ownerToken: string) {
    this.#tenants = tenants;
    this.#ownerToken = ownerToken;
  }

  /**
   * A token says who it is. Without one it is the owner where only the owner can have come that way, and the owner may act as
   * any tenant.
   * @returns undefined for one who may not, or a tenant that this node does not know
   */
  identify(headers: IncomingHttpHeaders, onlyOwner: boolean): Identity | undefined {
    const { authorization } = headers;
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (authorization !== undefined && token === undefined) return undefined;
    const isOwner = token === undefined ? onlyOwner : isSame(token, this.#ownerToken);
    const asked = headers[TENANT_HEADER];
    if (isOwner) {
      const tenant = typeof asked === 'string' ? asked : DEFAULT_TENANT;
      return this.#tenants.isKnown(tenant) ? { tenant, grants: OWNER_GRANTS } : undefined;
    }
    const tenant = token === undefined ? undefined : this.#tenants.tenantOf(token);
    if (tenant === undefined || (asked !== undefined && asked !== tenant)) return undefined;
    return { tenant, grants: TENANT_GRANTS };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}
