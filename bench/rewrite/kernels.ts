import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import { compile, VARIANTS } from './variants.ts';

/** Something to run for so many rounds, once as it is and once for each way of rewriting, in the order of `VARIANTS`. */
export interface Workload {
  readonly name: string;
  readonly runs: readonly ((rounds: number) => unknown)[];
}

const PREFIX = 'kernel-';

/** The kernels of guests/kernels.c. */
export async function kernels(): Promise<readonly Workload[]> {
  const image = await buildCGuest(
    {
      sources: [fileURLToPath(new URL('./guests/kernels.c', import.meta.url))],
      world: 'posiv:kernel/program-task@0.1.0',
      output: 'core',
    },
    { cacheDir: cacheDir() },
  );
  const instances = await Promise.all(VARIANTS.map((variant) => compile(image, variant)()));
  const names = Object.keys(instances[0]!.exports).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => ({
    name: name.slice(PREFIX.length),
    runs: instances.map(({ exports, refuel }) => {
      const kernel = exports[name] as (rounds: number) => number;
      return (rounds) => {
        refuel();
        return kernel(rounds);
      };
    }),
  }));
}
