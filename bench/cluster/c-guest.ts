import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';

const SDK = fileURLToPath(new URL('../../guests/c/sdk/', import.meta.url));

/** Builds a program of one file in C with the SDK. @param output see `CGuest` */
export function buildC(
  source: string,
  output: 'component' | 'core' = 'component',
): Promise<Uint8Array> {
  return buildCGuest(
    {
      sources: [source, `${SDK}posiv_runtime.c`],
      includes: [SDK],
      world: 'posiv:kernel/program-task@0.1.0',
      output,
    },
    { cacheDir: cacheDir() },
  );
}
