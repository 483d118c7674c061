import { once } from '#cli/files/once.ts';
import { storeFile } from '#cli/files/upload.ts';
import type { PosivClient } from '#node/control/client.ts';
import { TINY_TEMPLATE, tinyGuest } from './tiny-guest.ts';

const KERNEL = '/machine-files/tiny';

/**
 * Keeps a template in vStore: machines that have started within a second.
 * @param commandLine which the guest does not look at: no node has started a template of another one
 */
export async function storeTinyTemplate(
  client: PosivClient,
  name = 'tiny',
  commandLine = '',
): Promise<void> {
  const { signal } = new AbortController();
  const files = { kernel: KERNEL, initrd: KERNEL };
  const template = { version: 1, ...files, ...TINY_TEMPLATE, commandLine, from: [] };
  for (const [path, bytes] of [
    [KERNEL, tinyGuest()],
    [`/machine-templates/${name}`, Buffer.from(JSON.stringify(template))],
  ] as const)
    await storeFile(client, path, once(bytes), { what: path, signal });
}
