import type { ErrorCode, Limit, Quota } from '#posiv-wit/generated/kernel.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';

/** One limit of a quota: docs/limits.md has the same, and what passing it does. */
export interface LimitRange {
  readonly name: string;
  /** Where it is not given. */
  readonly standard: number;
  readonly maximum: number;
}

const MIB = 1 << 20;
const GIB = 2 ** 30;

/** The limits of a vTask. Where the default is the maximum there is no such limit until one is given. */
export const VTASK_LIMITS: Readonly<Record<keyof Quota, LimitRange>> = {
  // A language runtime and its working set; what 32 bits address.
  memoryPages: { name: 'memory-pages', standard: 4_096, maximum: 65_536 },
  // What an image may have at most, which is up to 16 MiB.
  tableElements: { name: 'table-elements', standard: 1_048_576, maximum: 1_048_576 },
  cpuWeight: { name: 'cpu-weight', standard: 100, maximum: 1_000 },
  cpuRate: { name: 'cpu-rate', standard: 1_000, maximum: 1_000 },
  mailboxBytes: { name: 'mailbox-bytes', standard: MIB, maximum: 64 * MIB },
  messageRate: { name: 'message-rate', standard: 1_000_000_000, maximum: 1_000_000_000 },
  // More than anybody reads, and a few per cent of what a node's thread copies.
  logRate: { name: 'log-rate', standard: 16 * MIB, maximum: GIB },
  watches: { name: 'watches', standard: 1_024, maximum: 65_536 },
  requests: { name: 'requests', standard: 128, maximum: 65_536 },
  lifeMs: { name: 'life-ms', standard: 0xffff_ffff, maximum: 0xffff_ffff },
  scratchBytes: { name: 'scratch-bytes', standard: 1_024 * GIB, maximum: 1_024 * GIB },
};

/** In bytes: what a vTask with this quota may have, by the default where it does not say. */
export function memoryOf({ memoryPages }: Pick<Quota, 'memoryPages'>): number {
  return (memoryPages || VTASK_LIMITS.memoryPages.standard) * PAGE_BYTES;
}

const FIELDS = Object.keys(VTASK_LIMITS) as (keyof Quota)[];

/** What a quota may be on a node: its defaults there, and what the tenant has in all. */
export interface QuotaBounds {
  /** What the Task Manager says. */
  readonly defaultWeight: number;
  readonly tenant: Pick<TenantQuota, 'memoryBytes' | 'cpuRate'>;
}

/** The quota with its defaults filled in, or the name of the limit that it passes and why. */
export function completeQuota(
  quota: Quota,
  { defaultWeight, tenant }: QuotaBounds,
): Quota | string {
  const tenantPages = Math.max(1, Math.floor(tenant.memoryBytes / PAGE_BYTES));
  if (quota.memoryPages > tenantPages && quota.memoryPages <= VTASK_LIMITS.memoryPages.maximum)
    return `memory-pages: ${quota.memoryPages}, its tenant has ${tenantPages} in all`;
  if (quota.cpuRate > tenant.cpuRate && quota.cpuRate <= VTASK_LIMITS.cpuRate.maximum)
    return `cpu-rate: ${quota.cpuRate}, its tenant has ${tenant.cpuRate} in all`;
  const whole = withDefaults(quota, VTASK_LIMITS);
  if (typeof whole === 'string') return whole;
  return {
    ...whole,
    memoryPages: Math.min(whole.memoryPages, tenantPages),
    cpuWeight: quota.cpuWeight || defaultWeight,
  };
}

/** The quota with what `change` says, or the name of the limit that it passes and why. */
export function adjustQuota(quota: Quota, change: Quota, bounds: QuotaBounds): Quota | string {
  const wrong = completeQuota(change, bounds);
  return typeof wrong === 'string' ? wrong : overlay(quota, change);
}

export function sameQuota(one: Quota, other: Quota): boolean {
  return one === other || FIELDS.every((field) => one[field] === other[field]);
}

/** Each value of `change` that is not 0, and else that of `before`. */
export function overlay<T extends object>(before: T, change: T): T {
  const given = Object.entries(change).filter(([, value]) => value !== 0);
  return { ...before, ...(Object.fromEntries(given) as Partial<T>) };
}

/** The values with the defaults in the place of 0, or the name of the limit that one is not in the range of. */
export function withDefaults<T extends { readonly [Field in keyof T]: number }>(
  values: T,
  ranges: Readonly<Record<keyof T, LimitRange>>,
): T | string {
  const whole: Partial<Record<keyof T, number>> = {};
  for (const [field, { name, standard, maximum }] of Object.entries(ranges) as [
    keyof T,
    LimitRange,
  ][]) {
    const value: number = values[field];
    if (!Number.isSafeInteger(value) || value < 0) return `${name}: ${value} is no amount`;
    if (value > maximum) return `${name}: ${value}, at most ${maximum}`;
    whole[field] = value || standard;
  }
  return whole as T;
}

/**
 * Why somebody is to have no more of what a limit counts; undefined while there is room, or where the limit is only counted.
 * @param held how much of it there is now
 * @param refuses counts that the limit would be passed, and says whether that is to be refused
 */
export function excess(
  field: 'requests' | 'watches',
  { held, most }: { readonly held: number; readonly most: number },
  refuses: (limit: Limit) => boolean,
): ErrorCode | undefined {
  if (held < most) return undefined;
  const { maximum } = VTASK_LIMITS[field];
  if (!refuses(field) && held < maximum) return undefined;
  const are = field === 'requests' ? 'out' : 'open';
  return { tag: 'quota-exceeded', val: `${field}: ${held} are ${are}, at most ${most}` };
}
