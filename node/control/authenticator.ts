import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
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

/** Why there is no session. The numbers are those of HTTP (RFC 9110, 15.5.2 and 15.5.4). */
export interface Refusal {
  /** 401 where it is not known who asks: no token, or one that this node does not know. 403 for one that is known and may not. */
  readonly status: 401 | 403;
  readonly why: string;
}

const NO_TOKEN = err<Refusal>({ status: 401, why: 'show a token: Authorization: Bearer TOKEN' });
const UNKNOWN = err<Refusal>({ status: 401, why: 'the token is none that this node knows' });

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
   * any tenant that this node knows.
   */
  identify(headers: IncomingHttpHeaders, onlyOwner: boolean): Result<Identity, Refusal> {
    const { authorization } = headers;
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined && (authorization !== undefined || !onlyOwner)) return NO_TOKEN;
    const asked = headers[TENANT_HEADER];
    if (token === undefined || isSame(token, this.#ownerToken)) {
      const tenant = typeof asked === 'string' ? asked : DEFAULT_TENANT;
      if (this.#tenants.isKnown(tenant)) return ok({ tenant, grants: OWNER_GRANTS });
      return err({ status: 403, why: 'this node knows no such tenant' });
    }
    const tenant = this.#tenants.tenantOf(token);
    if (tenant === undefined) return UNKNOWN;
    if (asked === undefined || asked === tenant) return ok({ tenant, grants: TENANT_GRANTS });
    return err({ status: 403, why: 'the token is that of another tenant' });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}
