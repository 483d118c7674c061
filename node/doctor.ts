import { nodeCellCommand } from '#node/cell-command.ts';
import { defaultConfig } from '#node/config.ts';
import { findBackends, type BackendCheck } from '#services/machine/backends/backends.ts';
import type { Layer } from '#kernel/cell/layers.ts';

/**
 * The walls that cells of a node on this machine would have, each tried out now.
 * @throws {not-confined} also {build-failed} and {build-lost}
 */
export async function examineCells(cacheDir: string): Promise<readonly Layer[]> {
  const { memoryLimit } = defaultConfig();
  return (await nodeCellCommand({ cacheDir, lanes: 1, memoryLimit })).layers;
}

/** What virtual machines could be run by on this machine, and behind which walls, each tried out now. */
export async function examineMachines(): Promise<readonly BackendCheck[]> {
  return (await findBackends(process.env['PATH'] ?? '')).checks;
}
