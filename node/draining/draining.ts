import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { NodeFiles } from '#node/node-files.ts';
import type { DrainProgress } from '#posiv-wit/generated/admin.ts';

const FILE = 'draining.json';
const STEP_MS = 50;
/** Of those that are to be made again: each is nowhere until it is made, so not all go at the same time. */
const AT_A_TIME = 64;

export interface DrainingComponents {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: NodeFiles;
  /** Whether there is a node that takes vTasks. */
  readonly hasOthers: () => boolean;
}

/** Empties this node of vTasks: until it is undone it takes no new ones, over restarts too. */
export class Draining implements Disposable {
  readonly #components: DrainingComponents;
  #deadline = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;

  private constructor(components: DrainingComponents) {
    this.#components = components;
  }

  /** Goes on with what was begun before the node was started. @throws {data-folder} */
  static async open(components: DrainingComponents): Promise<Draining> {
    const draining = new Draining(components);
    const kept = await components.files.readJson<{ readonly draining: boolean }>(FILE);
    if (kept?.draining) draining.#begin(0); // what is not made again had its time
    return draining;
  }

  async drain(deadlineMs: number): Promise<void> {
    const { files, logger } = this.#components;
    await files.writeJson(FILE, { draining: true });
    logger.info('the node is drained', { deadlineMs });
    this.#begin(deadlineMs);
  }

  async undrain(): Promise<void> {
    const { files, kernel, logger } = this.#components;
    await files.writeJson(FILE, { draining: false });
    this.#cancel?.();
    this.#cancel = undefined;
    kernel.draining = false;
    logger.info('the node is drained no more');
  }

  progress(): DrainProgress {
    const { kernel, clock } = this.#components;
    const { moving, ending } = this.#left();
    return {
      draining: kernel.draining,
      moving: moving.length + kernel.durables.moving,
      ending: ending.length,
      remainingMs: kernel.draining ? Math.max(0, Math.ceil(this.#deadline - clock.now())) : 0,
    };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #begin(deadlineMs: number): void {
    const { kernel, clock } = this.#components;
    kernel.draining = true;
    this.#deadline = clock.now() + deadlineMs;
    this.#cancel?.();
    this.#step();
  }

  #step(): void {
    const { kernel, clock, hasOthers } = this.#components;
    if (this.#closed) return;
    this.#cancel = clock.after(STEP_MS, () => this.#step());
    const { moving, ending } = this.#left();
    const room = AT_A_TIME - kernel.durables.moving;
    if (hasOthers())
      for (const vtask of moving.slice(0, Math.max(0, room))) kernel.durables.move(vtask);
    if (clock.now() < this.#deadline) return;
    for (const vtask of ending) void kernel.end(vtask, { tag: 'node-lost' });
  }

  /** Living vTasks of this node, without the programs outside that are connected to it. */
  #left(): { readonly moving: readonly VTask[]; readonly ending: readonly VTask[] } {
    const all = [...this.#components.kernel.table.values()];
    const living = all.filter(({ program, endedMs }) => program !== '' && endedMs === 0);
    return {
      moving: living.filter(({ restart }) => restart !== 'never'),
      ending: living.filter(({ restart }) => restart === 'never'),
    };
  }
}
