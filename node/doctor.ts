import { KnownWalls } from '#kernel/cell/known-walls.ts';
import { openGroups } from '#kernel/cgroup/node-groups.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { nodeCellCommand } from '#node/cell-command.ts';
import { defaultConfig } from '#node/config.ts';
import { launcher } from '#node/launcher.ts';
import { nodeLogger } from '#node/node-logger.ts';
import { findBackends, type BackendCheck } from '#services/machine/backends/backends.ts';
import type { Layer } from '#kernel/cell/layers.ts';

/**
 * The walls that cells of a node on this machine would have, each tried out now, whatever is known of them.
 * @throws {not-confined} also {build-failed} and {build-lost}
 */
export async function examineCells(cacheDir: string): Promise<readonly Layer[]> {
  const { memoryLimit } = defaultConfig();
  const components = { clock: systemClock, logger: nodeLogger('warn', 'doctor') };
  const path = process.env['PATH'] ?? '';
  await using cgroups = await openGroups(components, { path, launcher: launcher() });
  await new KnownWalls(cacheDir).forget();
  return (await nodeCellCommand({ cacheDir, lanes: 1, memoryLimit }, cgroups)).layers;
}

/** What virtual machines could be run by on this machine, and behind which walls, each tried out now. */
export async function examineMachines(): Promise<readonly BackendCheck[]> {
  return (await findBackends(process.env['PATH'] ?? '')).checks;
}
