import { fileURLToPath } from 'node:url';
import { CACHE } from '#tests/support/real-cluster.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';

const SDK = fileURLToPath(new URL('../../../guests/c/sdk/', import.meta.url));

/** The image of `echoes.c`. */
export function echoes(): Promise<Uint8Array> {
  return buildCGuest(
    {
      sources: [fileURLToPath(new URL('echoes.c', import.meta.url)), `${SDK}posiv_runtime.c`],
      includes: [SDK],
      world: 'posiv:kernel/program-task@0.1.0',
      output: 'core',
    },
    { cacheDir: CACHE },
  );
}
