import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownBundle } from '#wasm-abi/build/own-bundle.ts';

/** The code of a cell: two programs, and what they may read to run. */
export interface CellCode {
  /** The process's own. */
  readonly main: string;
  /** Of each lane's thread. */
  readonly lane: string;
  /** Files and folders. */
  readonly reads: readonly string[];
}

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What a lane looks for where it is installed, since it makes copies of it. */
const WASI = dirname(findPackageJSON('@wasmer/wasi', import.meta.url)!);

/**
 * Makes the code of cells ready, once for a version of the sources.
 * @throws {build-failed} also {build-lost}
 */
export async function cellCode(cacheDir: string): Promise<CellCode> {
  const folder = await ownBundle(
    {
      entries: { main: root('kernel/cell/main.ts'), lane: root('kernel/cell/lane-thread.ts') },
      scripts: { lane: root('kernel/cell/lane.ts') },
      sources: ['kernel', 'posiv-wit', 'wasm-abi'].map(root),
    },
    cacheDir,
  );
  return { main: `${folder}/main.mjs`, lane: `${folder}/lane.mjs`, reads: [folder, WASI] };
}
