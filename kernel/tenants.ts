import { withDefaults, type LimitRange } from '#kernel/quota.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';

/** Thousandths of a core that stand for no limit. */
export const NO_CPU_RATE = 1_000_000;
const MAX_IMAGE_BYTES = 256 << 20;

/** The limits of a tenant on a node whose vTasks may hold so many bytes in all. */
export function tenantLimits(memoryLimit: number): Readonly<Record<keyof TenantQuota, LimitRange>> {
  return {
    vtasks: { name: 'tenant-vtasks', standard: 10_000, maximum: 1_000_000 },
    memoryBytes: {
      name: 'tenant-memory',
      standard: Math.floor(memoryLimit / 4),
      maximum: memoryLimit,
    },
    imageBytes: { name: 'image-bytes', standard: MAX_IMAGE_BYTES, maximum: MAX_IMAGE_BYTES },
    cpuRate: { name: 'tenant-cpu-rate', standard: NO_CPU_RATE, maximum: NO_CPU_RATE },
    cpuWeight: { name: 'tenant-cpu-weight', standard: 100, maximum: 1_000 },
    storeBytes: { name: 'store-bytes', standard: 16 * 2 ** 30, maximum: 2 ** 50 },
  };
}

/** The most that a tenant may have, at the weight of all. */
export function wholeNode(memoryLimit: number): TenantQuota {
  const { vtasks, memoryBytes, imageBytes, cpuRate, cpuWeight, storeBytes } =
    tenantLimits(memoryLimit);
  return {
    vtasks: vtasks.maximum,
    memoryBytes: memoryBytes.maximum,
    imageBytes: imageBytes.maximum,
    cpuRate: cpuRate.maximum,
    cpuWeight: cpuWeight.standard,
    storeBytes: storeBytes.maximum,
  };
}

/** The quota with its defaults filled in, or the name of the limit that it passes and why. */
export function completeTenantQuota(quota: TenantQuota, memoryLimit: number): TenantQuota | string {
  return withDefaults(quota, tenantLimits(memoryLimit));
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
