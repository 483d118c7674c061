import { Limits, type LimitMode } from '#kernel/lane/limits.ts';
import { completeQuota } from '#kernel/quota.ts';
import { wholeNode } from '#kernel/tenants.ts';
import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';

const BOUNDS = { defaultWeight: 100, tenant: wholeNode(2 ** 40) };

/** A whole quota. @throws for one that no node would take */
export function quotaOf(given: Partial<Quota>): Quota {
  const quota = completeQuota({ ...DEFAULT_QUOTA, ...given }, BOUNDS);
  if (typeof quota === 'string') throw new Error(quota);
  return quota;
}

/** What a vTask in a lane may use. */
export function limitsOf(given: Partial<Quota>, mode: LimitMode = { counting: false }): Limits {
  return new Limits(quotaOf(given), mode);
}
