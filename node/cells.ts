import type { Clock } from '#kernel/clock.ts';
import type { StartCell } from '#kernel/cell/cell.ts';
import { cellCommand } from '#kernel/cell/command.ts';
import { threadCells } from '#kernel/cell/thread-cell.ts';
import { WarmPool } from '#kernel/cell/warm-pool.ts';
import type { Logger } from '#kernel/logger.ts';
import type { NodeConfig } from '#node/config.ts';
import { laneThreads } from '#node/lane-thread.ts';
import { processSettings } from '#node/process-settings.ts';

/** Starts the cells of a node: processes, but for the tenants whose lanes are to be its own threads. */
export class NodeCells implements AsyncDisposable {
  readonly start: StartCell;
  readonly #pool: WarmPool;

  constructor(components: { readonly clock: Clock; readonly logger: Logger }, config: NodeConfig) {
    const { cacheDir, lanes, cells } = config;
    const { execArgv, cellEnv } = processSettings(cacheDir);
    const command = cellCommand({
      cacheDir,
      lanes,
      execArgv,
      env: cellEnv,
      wrap: (words) => words,
    });
    this.#pool = new WarmPool(components, { size: cells.warm, lanes, command });
    const threads = threadCells(laneThreads(cacheDir));
    this.start = (init, events) => {
      if (cells.threadTenants.includes(init.tenant)) return threads(init, events);
      const cell = this.#pool.take();
      cell.take(events);
      return cell;
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}
