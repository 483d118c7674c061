import type { NodeGroups } from '#kernel/cgroup/node-groups.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { overlay } from '#kernel/quota.ts';
import { completeTenantQuota } from '#kernel/tenants.ts';
import type { TenantBook } from '#node/tenants/tenant-book.ts';
import type { Tenant, TenantsCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import type { VStore } from '#services/vstore/vstore.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

export interface TenantCallsComponents {
  readonly kernel: Kernel;
  readonly book: TenantBook;
  /** Bytes of durable blobs. */
  readonly holdings: VStore['holdings'];
  /** Closes the connections of a tenant. */
  readonly disconnect: (tenant: string) => void;
  /** Where tenants have their weights, if there are any: one may have machines here, and no cell. */
  readonly groups: Pick<NodeGroups, 'weigh'> | undefined;
}

/** `posiv:admin/tenants`. */
export function tenantCalls({
  kernel,
  book,
  holdings,
  disconnect,
  groups,
}: TenantCallsComponents): TenantsCalls {
  return {
    list() {
      const names = new Set([...book.names(), ...kernel.table.tenants(), ...holdings.tenants()]);
      return [...names].toSorted().map((name): Tenant => {
        const { table, quotas } = kernel;
        return {
          name,
          quota: book.quotaOf(name) ?? DEFAULT_TENANT_QUOTA,
          ...table.heldBy(name),
          storeBytes: holdings.of(name),
          cpuUs: table.cpuUsOf(name),
          refusals: quotas.refusalsOf(name),
          cells: kernel.cells(name),
          hasToken: book.hasToken(name),
        };
      });
    },
    async add(name, quota) {
      const whole = quota && completeTenantQuota(quota, kernel.memoryLimit);
      if (typeof whole === 'string') return err({ tag: 'quota-exceeded', val: whole });
      return outcomeOf(() => book.add(name, whole));
    },
    async set(name, change) {
      const wrong = completeTenantQuota(change, kernel.memoryLimit);
      if (typeof wrong === 'string') return err({ tag: 'quota-exceeded', val: wrong });
      return outcomeOf(async () => {
        const quota = overlay(book.quotaOf(name) ?? DEFAULT_TENANT_QUOTA, change);
        await book.set(name, quota);
        kernel.quotas.tell(name);
        await groups?.weigh(name, quota.cpuWeight);
        return undefined;
      });
    },
    remove: (name) =>
      outcomeOf(async () => {
        await book.remove(name);
        disconnect(name);
        await kernel.endTenant(name);
        return undefined;
      }),
  };
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Result<T, ErrorCode>> {
  try {
    return ok(await work());
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    return err({ tag: code === 'bad-tenant' ? 'refused' : 'other', val: message });
  }
}
