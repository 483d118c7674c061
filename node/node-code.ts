import { fileURLToPath } from 'node:url';
import { ownBundle } from '#wasm-abi/build/own-bundle.ts';

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Makes the code of nodes ready, once for a version of the sources.
 * @returns the path of the module that `loadNode` loads
 * @throws {build-failed} also {build-lost}
 */
export async function nodeCode(cacheDir: string): Promise<string> {
  const folder = await ownBundle(
    {
      entries: { node: root('node/enduring-node.ts') },
      sources: ['node', 'services', 'p2p', 'kernel', 'wasm-abi', 'posiv-wit'].map(root),
    },
    cacheDir,
  );
  return `${folder}/node.mjs`;
}
