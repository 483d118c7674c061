import type { Kernel } from '#kernel/kernel.ts';
import type { TenantBook } from '#node/tenants/tenant-book.ts';
import type { Tenant, TenantsCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

export interface TenantCallsComponents {
  readonly kernel: Kernel;
  readonly book: TenantBook;
  /** Closes the connections of a tenant. */
  readonly disconnect: (tenant: string) => void;
}

/** `posiv:admin/tenants`. */
export function tenantCalls({ kernel, book, disconnect }: TenantCallsComponents): TenantsCalls {
  return {
    list() {
      const names = new Set([...book.names(), ...kernel.table.tenants()]);
      return [...names].toSorted().map((name): Tenant => {
        const quota = book.quotaOf(name) ?? { vtasks: 0, memoryBytes: 0 };
        const cells = kernel.cells(name);
        return { name, quota, ...kernel.table.heldBy(name), cells, hasToken: book.hasToken(name) };
      });
    },
    add: (name, quota) => outcomeOf(() => book.add(name, quota)),
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
