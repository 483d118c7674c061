import { fileURLToPath } from 'node:url';
import { CACHE } from '#tests/support/real-cluster.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

/** The image of a manager. @param path of its source in the repository @param name as `task` */
export function managerImage(path: string, name: string): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return buildTypescriptGuest(
    { entry, world: `posiv:managers/${name}-manager@0.1.0` },
    { cacheDir: CACHE },
  );
}
