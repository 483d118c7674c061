import type { CellCommand } from '#kernel/cell/cell-process.ts';
import { cellCode } from '#kernel/cell/code.ts';
import { cellCommand } from '#kernel/cell/command.ts';
import { KnownWalls } from '#kernel/cell/known-walls.ts';
import { findLayers, type Layer } from '#kernel/cell/layers.ts';
import type { OpenedGroups } from '#kernel/cgroup/node-groups.ts';
import { processSettings } from '#node/process-settings.ts';

export interface CellCommandSettings {
  readonly cacheDir: string;
  /** Threads of each cell. */
  readonly lanes: number;
  /** Bytes of memory that the vTasks of the node may hold in all. */
  readonly memoryLimit: number;
}

export interface ConfinedCells {
  /** @param lent the folder of what its node lends the cell, if it does */
  readonly command: (lent?: string) => CellCommand;
  readonly layers: readonly Layer[];
  /** Has whoever starts next try out the walls; false where it would have done so anyway. */
  readonly forget: () => Promise<boolean>;
}

/**
 * How a node on this machine starts its cells, with the walls around them, each tried out now or known to stand.
 * @param cgroups what it has of them, if it is to be in them
 * @throws {not-confined} also {build-failed} and {build-lost}
 */
export async function nodeCellCommand(
  { cacheDir, lanes, memoryLimit }: CellCommandSettings,
  cgroups?: Pick<OpenedGroups, 'groups' | 'layers'>,
): Promise<ConfinedCells> {
  const { execArgv, cellEnv: env } = processSettings(cacheDir);
  const code = await cellCode(cacheDir);
  const reads = [...code.reads, cacheDir];
  const path = process.env['PATH'] ?? '';
  const weighed = cgroups?.groups?.weighs ?? false;
  const known = new KnownWalls(cacheDir);
  const layers = await findLayers({ reads, memoryLimit, path, weighed, known });
  const wrap = layers.wrap.bind(layers);
  return {
    command: (lent) => cellCommand({ code, cacheDir, lanes, lent, execArgv, env, wrap }),
    layers: [...layers.all, ...(cgroups?.layers ?? [])],
    forget: () => known.forget(),
  };
}
