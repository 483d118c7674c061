import { cellCode } from '#kernel/cell/code.ts';
import { findLayers, type Layer } from '#kernel/cell/layers.ts';
import { defaultConfig } from '#node/config.ts';

export type { Layer } from '#kernel/cell/layers.ts';

/**
 * The walls that cells of a node on this machine would have, each tried out now.
 * @param path where tools are looked for, as PATH has it
 * @throws {not-confined} also {build-failed} and {build-lost}
 */
export async function examineCells(cacheDir: string, path: string): Promise<readonly Layer[]> {
  const { reads } = await cellCode(cacheDir);
  const { memoryLimit } = defaultConfig();
  const { all } = await findLayers({ reads: [...reads, cacheDir], memoryLimit, path });
  return all;
}
