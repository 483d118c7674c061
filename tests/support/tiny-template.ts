import { once } from '#cli/files/once.ts';
import { storeFile } from '#cli/files/upload.ts';
import type { PosivClient } from '#node/control/client.ts';
import { TINY_TEMPLATE, tinyGuest } from './tiny-guest.ts';

const KERNEL = '/machine-files/tiny';

/** Keeps the template `tiny` in vStore: machines that have started within a second. */
export async function storeTinyTemplate(client: PosivClient): Promise<void> {
  const { signal } = new AbortController();
  const template = { version: 1, kernel: KERNEL, initrd: KERNEL, ...TINY_TEMPLATE, from: [] };
  for (const [path, bytes] of [
    [KERNEL, tinyGuest()],
    ['/machine-templates/tiny', Buffer.from(JSON.stringify(template))],
  ] as const)
    await storeFile(client, path, once(bytes), { what: path, signal });
}
