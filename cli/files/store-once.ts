import { createHash } from 'node:crypto';
import type { PosivClient } from '#node/control/client.ts';
import { once } from './once.ts';
import { storeFile } from './upload.ts';

/**
 * The path of vStore, in a folder of such files, at which bytes are, after they were put there if need be. The path says what is
 * there: nobody else writes under it anything but these bytes.
 */
export async function storeOnce(
  client: PosivClient,
  folder: string,
  bytes: Uint8Array,
  { what, signal }: { readonly what: string; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const path = `${folder}sha256-${createHash('sha256').update(bytes).digest('hex')}`;
  const found = await client.files.stat(path);
  if (found.ok && found.value.size === bytes.length) return path;
  await storeFile(client, path, once(bytes), { what, ...(signal && { signal }) });
  return path;
}
