import test from 'ava';
import { adjustQuota, completeQuota, VTASK_LIMITS } from '#kernel/quota.ts';
import { completeTenantQuota, tenantLimits, wholeNode } from '#kernel/tenants.ts';
import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA, DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';

const BOUNDS = { defaultWeight: 7, tenant: wholeNode(2 ** 40) };

test('nonsense for any limit of a vTask is refused with its name', (t) => {
  for (const [field, { name, maximum }] of Object.entries(VTASK_LIMITS))
    for (const value of [-1, Number.NaN, 0.5, maximum + 1, Number.POSITIVE_INFINITY]) {
      const change = { ...DEFAULT_QUOTA, [field]: value };
      for (const outcome of [
        completeQuota(change, BOUNDS),
        adjustQuota(completeQuota(DEFAULT_QUOTA, BOUNDS) as Quota, change, BOUNDS),
      ])
        t.regex(typeof outcome === 'string' ? outcome : '', new RegExp(`^${name}: `), `${value}`);
    }
});

test('nonsense for any limit of a tenant is refused with its name', (t) => {
  for (const [field, { name, maximum }] of Object.entries(tenantLimits(1 << 30)))
    for (const value of [-1, Number.NaN, 0.5, maximum + 1]) {
      const outcome = completeTenantQuota({ ...DEFAULT_TENANT_QUOTA, [field]: value }, 1 << 30);
      t.regex(typeof outcome === 'string' ? outcome : '', new RegExp(`^${name}: `), `${value}`);
    }
});

test('a vTask is not given more than its tenant has in all, and by default no more than that', (t) => {
  const tenant = { memoryBytes: 10 * 65_536, cpuRate: 300 };
  const bounds = { defaultWeight: 100, tenant };
  const given = (quota: Partial<Quota>): Quota | string =>
    completeQuota({ ...DEFAULT_QUOTA, ...quota }, bounds);
  t.is(given({ memoryPages: 11 }), 'memory-pages: 11, its tenant has 10 in all');
  t.is(given({ cpuRate: 301 }), 'cpu-rate: 301, its tenant has 300 in all');
  t.is((given({}) as Quota).memoryPages, 10);
});

test('where a quota says nothing a new vTask has the defaults, and one that is adjusted what it had', (t) => {
  const whole = completeQuota(DEFAULT_QUOTA, BOUNDS) as Quota;
  t.is(whole.watches, VTASK_LIMITS.watches.standard);
  t.is(whole.cpuWeight, 7);
  const change = { ...DEFAULT_QUOTA, watches: 3 };
  t.deepEqual(adjustQuota(whole, change, { ...BOUNDS, defaultWeight: 9 }), {
    ...whole,
    watches: 3,
  });
});
