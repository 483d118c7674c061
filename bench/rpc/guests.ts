import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import type { PosivClient } from '#node/control/client.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { buildC } from '../cluster/c-guest.ts';
import { upload } from '../cluster/vtask-run.ts';

/** The path of a guest of this bench. */
export function source(name: string): string {
  return fileURLToPath(new URL(`./guests/${name}`, import.meta.url));
}

/** Builds what calls and what answers, in C and for QuickJS, and stores them. */
export async function uploadGuests(client: PosivClient): Promise<void> {
  for (const name of ['caller', 'echo']) {
    await upload(client, `/bench/${name}-c`, await buildC(source(`${name}.c`)));
    const entry = source(`${name}.js`);
    const built = await buildTypescriptGuest({ entry }, { cacheDir: cacheDir() });
    await upload(client, `/bench/${name}-js`, built);
  }
}
