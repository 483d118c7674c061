import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { StartCell } from '#kernel/cell/cell.ts';
import type { Layer } from '#kernel/cell/layers.ts';
import { LentFiles } from '#kernel/cell/lent-files.ts';
import { cellBounds } from '#kernel/cell/cell-bounds.ts';
import { threadCells } from '#kernel/cell/thread-cell.ts';
import { WarmPool } from '#kernel/cell/warm-pool.ts';
import type { CellBelongings } from '#kernel/cell/cell-process.ts';
import type { OpenedGroups } from '#kernel/cgroup/node-groups.ts';
import type { Logger } from '#kernel/logger.ts';
import { nodeCellCommand, type ConfinedCells } from '#node/cell-command.ts';
import type { NodeConfig } from '#node/config.ts';
import { laneThreads } from '#node/lane-thread.ts';

export interface NodeCellsComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where they are among the cgroups of the machine. */
  readonly cgroups: Pick<OpenedGroups, 'groups' | 'layers'>;
}

/** The cells of a node: processes, but for the tenants whose lanes are to be its own threads. */
export class NodeCells implements AsyncDisposable {
  readonly start: StartCell;
  readonly #pool: WarmPool;
  readonly #layers: readonly Layer[];
  /** Tenants that have had a cell. */
  readonly #seen = new Set<string>();
  /** Tenants that were added to the node. */
  #added = 0;

  private constructor(
    components: NodeCellsComponents,
    confined: ConfinedCells,
    { cacheDir, dataDir, cells, lanes, memoryLimit }: NodeConfig,
  ) {
    this.#layers = confined.layers;
    // Of a node that is one tenant's alone nobody comes after the first.
    const refills = (): boolean => this.#added > 0 || this.#seen.size > 1;
    const bounds = cellBounds({ lanes, memoryLimit });
    const belongings = (): CellBelongings => ({
      files: new LentFiles(dataDir, lentFolder(dataDir), components.clock),
      group: components.cgroups.groups?.cell(bounds),
    });
    const size = cells.warm;
    const stillborn = (why: string): void => void forgetWalls(confined, components.logger, why);
    const { command } = confined;
    const ofPool = { size, refills, lanes, command, belongings, stillborn };
    const pool = new WarmPool(components, ofPool);
    this.#pool = pool;
    const threads = threadCells(laneThreads(cacheDir));
    this.start = (init, events) => {
      if (cells.threadTenants.includes(init.tenant)) return threads(init, events);
      this.#seen.add(init.tenant);
      const cell = pool.take();
      cell.take(events, init.tenant);
      return cell;
    };
  }

  /**
   * Makes their code ready, and begins to start those that are kept warm. The data folder has to be this node's already: what a
   * node that was killed had lent there is removed.
   * @throws {not-confined} also {build-failed} and {build-lost}
   */
  static async open(components: NodeCellsComponents, config: NodeConfig): Promise<NodeCells> {
    const folder = lentFolder(config.dataDir);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const confined = await nodeCellCommand(config, components.cgroups);
    return new NodeCells(components, confined, config);
  }

  /** So many tenants have been added to the node, who may come for their cells. */
  expect(tenants: number): void {
    this.#added = tenants;
    this.#pool.fill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }

  /** Says which layers confine them. What is missing is said at every start: nobody is to think that it is there. */
  report(logger: Logger): void {
    const on = this.#layers.filter((each) => each.on).map(({ name }) => name);
    const off = this.#layers.filter((each) => !each.on);
    if (off.length === 0) return logger.info('cells have all layers', { on });
    const missing = Object.fromEntries(off.map(({ name, why }) => [name, why]));
    logger.warn('cells lack a layer; see vstar doctor', { on, missing });
  }
}

const STILLBORN =
  'a cell did not begin: at the next start of a node it is tried anew which walls stand';

/**
 * What was known of the walls may be so no more. This node goes on within them: if it looked for others, its guests could bring it about
 * that those which stand seem not to.
 */
async function forgetWalls({ forget }: ConfinedCells, logger: Logger, why: string): Promise<void> {
  try {
    if (await forget()) logger.warn(STILLBORN, { why });
  } catch (error) {
    logger.warn('walls cannot be forgotten; see vstar doctor', { why: String(error) });
  }
}

/** Where files of the data folder are linked for cells, which is on the same file system. */
function lentFolder(dataDir: string): string {
  return join(dataDir, 'lent');
}
