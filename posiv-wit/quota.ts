import type { TenantQuota } from './generated/admin.ts';
import type { Quota } from './generated/kernel.ts';

/** Of WebAssembly, in which `memory-pages` counts. */
export const PAGE_BYTES = 65_536;

/** A quota that says nothing: the defaults for a vTask that is made, no change for one that is adjusted. */
export const DEFAULT_QUOTA: Quota = {
  memoryPages: 0,
  tableElements: 0,
  cpuWeight: 0,
  cpuRate: 0,
  mailboxBytes: 0,
  messageRate: 0,
  logRate: 0,
  watches: 0,
  requests: 0,
  lifeMs: 0,
  scratchBytes: 0,
};

/** The same for a tenant. */
export const DEFAULT_TENANT_QUOTA: TenantQuota = {
  vtasks: 0,
  memoryBytes: 0,
  imageBytes: 0,
  cpuRate: 0,
  cpuWeight: 0,
  storeBytes: 0,
};
