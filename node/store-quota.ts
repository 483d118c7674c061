import type { Kernel } from '#kernel/kernel.ts';
import { tenantLimits } from '#kernel/tenants.ts';
import type { StoreQuota } from '#services/vstore/vstore.ts';

/** `store-bytes` of the tenants of a node, as its vStore asks for it. */
export function storeQuota(kernel: () => Kernel): StoreQuota {
  return {
    refusal(tenant, bytes) {
      const { components, memoryLimit, quotas } = kernel();
      const most = components.tenants.quotaOf(tenant)?.storeBytes ?? 0;
      if (bytes <= most) return undefined;
      const { maximum } = tenantLimits(memoryLimit).storeBytes;
      if (!quotas.refusesTenant(tenant, 'store-bytes') && bytes <= maximum) return undefined;
      return `store-bytes: ${bytes} would be held, at most ${most}`;
    },
  };
}
