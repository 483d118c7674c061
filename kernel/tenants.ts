/** What the vTasks of one tenant may hold on one node, all together. */
export interface TenantQuota {
  /** vTasks that have not ended. */
  readonly vtasks: number;
  /** Bytes of linear memory. */
  readonly memoryBytes: number;
}

/** Who may have vTasks on a node, and how much of it. */
export interface Tenants {
  /** A tenant of another node that this one was never told of has the default; undefined for one that may have nothing. */
  quotaOf(tenant: string): TenantQuota | undefined;
}

/** The tenant of the one who owns a node, unless another is asked for. */
export const DEFAULT_TENANT = 'default';

const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether this can name a tenant: 1 to 63 of `a-z 0-9 -`, a letter or digit first. */
export function isTenantName(name: string): boolean {
  return TENANT.test(name);
}
