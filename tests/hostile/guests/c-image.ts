import { fileURLToPath } from 'node:url';
import { buildCGuest, buildWasiCommand } from '#wasm-abi/build/c.ts';
import { CACHE } from '#tests/support/real-cluster.ts';

const SDK = fileURLToPath(new URL('../../../guests/c/sdk/', import.meta.url));
const OPTIONS = { cacheDir: CACHE };

function source(name: string): string {
  return fileURLToPath(new URL(`${name}.c`, import.meta.url));
}

/** The image of a guest in C that is here, with POSIV's SDK. */
export function posivImage(name: string): Promise<Uint8Array> {
  return buildCGuest(
    {
      sources: [source(name), `${SDK}posiv_runtime.c`],
      includes: [SDK],
      world: 'posiv:kernel/program-task@0.1.0',
      output: 'core',
    },
    OPTIONS,
  );
}

/** The image of a WASI preview 1 command in C that is here. */
export function commandImage(name: string): Promise<Uint8Array> {
  return buildWasiCommand({ sources: [source(name)] }, OPTIONS);
}
