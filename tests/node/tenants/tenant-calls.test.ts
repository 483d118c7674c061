import test from 'ava';
import type { Kernel } from '#kernel/kernel.ts';
import { TenantBook } from '#node/tenants/tenant-book.ts';
import { tenantCalls } from '#node/tenants/tenant-calls.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import type { VStore } from '#services/vstore/vstore.ts';
import { bad, good } from '#tests/support/results.ts';

const MEMORY = 1 << 30;

test('the cgroup of a tenant is told its new weight, whether it has lanes or not, once that is kept', async (t) => {
  let full = false;
  const save = async (): Promise<void> => {
    if (full) throw new Error('the disk is full');
  };
  const told: [string, number][] = [];
  const { add, set } = tenantCalls({
    kernel: { memoryLimit: MEMORY, quotas: { tell() {} } } as unknown as Kernel,
    book: await TenantBook.open({ load: async () => undefined, save }, MEMORY),
    holdings: {} as VStore['holdings'],
    disconnect() {},
    groups: { weigh: async (tenant, weight) => void told.push([tenant, weight]) },
  });
  good(await add('alice', DEFAULT_TENANT_QUOTA));
  good(await set('alice', { ...DEFAULT_TENANT_QUOTA, cpuWeight: 300 }));
  full = true;
  t.is(bad(await set('alice', { ...DEFAULT_TENANT_QUOTA, cpuWeight: 700 })), 'other');
  t.deepEqual(told, [['alice', 300]]);
});
