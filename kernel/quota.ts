import type { Quota } from '#posiv-wit/generated/kernel.ts';

export const PAGE_BYTES = 65_536;
export const DEFAULT_MEMORY_PAGES = 4096; // 256 MiB: a language runtime and its working set
const MAX_MEMORY_PAGES = 65_536; // 4 GiB, what 32 bits address
const DEFAULT_MAILBOX_BYTES = 1 << 20;
const MAX_MAILBOX_BYTES = 64 << 20;

/** The quota with its defaults filled in, or the name of the limit that it passes. */
export function completeQuota(quota: Quota): Quota | string {
  const memoryPages = quota.memoryPages || DEFAULT_MEMORY_PAGES;
  const mailboxBytes = quota.mailboxBytes || DEFAULT_MAILBOX_BYTES;
  if (memoryPages > MAX_MEMORY_PAGES) return `memory-pages: at most ${MAX_MEMORY_PAGES}`;
  if (mailboxBytes > MAX_MAILBOX_BYTES) return `mailbox-bytes: at most ${MAX_MAILBOX_BYTES}`;
  return { memoryPages, mailboxBytes };
}
