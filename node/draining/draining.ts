import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Logger } from '#kernel/logger.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import { newHome } from '#node/draining/new-home.ts';
import type { NodeFiles } from '#node/node-files.ts';
import type { DrainProgress } from '#posiv-wit/generated/admin.ts';

const FILE = 'draining.json';
const STEP_MS = 50; // while some are on their way
const IDLE_MS = 1_000; // while nothing is to be done before a deadline, and once the node is empty
const ASK_AGAIN_MS = 1_000; // after nobody took one
/** Of those that are to be made again: each is nowhere until it is made, so not all go at the same time. */
const AT_A_TIME = 64;

export interface DrainingComponents {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: NodeFiles;
}

/** Living vTasks of this node, without the programs outside that are connected to it. */
interface Left {
  /** To be made again elsewhere. */
  readonly moving: VTask[];
  /** To be made again here, and nowhere else. */
  readonly bound: VTask[];
  readonly ending: VTask[];
}

/**
 * Empties this node of vTasks: until it is undone it takes no new ones, over restarts too. What must run ends here only when
 * another node has said that it takes it.
 */
export class Draining implements Disposable {
  readonly #components: DrainingComponents;
  #deadline = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;
  /** For which other nodes are being asked. */
  readonly #asking = new Set<string>();
  /** Which nobody took, why, and when they are asked for again. */
  readonly #refused = new Map<string, { readonly again: number; readonly reason: string }>();
  /** Which have ended here and are made again here, once that is undone. */
  readonly #bound = new Set<string>();

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
    this.#refused.clear();
    this.#bound.clear();
    kernel.draining = false;
    logger.info('the node is drained no more');
  }

  progress(): DrainProgress {
    const { kernel, clock } = this.#components;
    const { moving, bound, ending } = this.#left();
    const away = this.#away();
    const refused = moving.flatMap(({ vtid }) => this.#refused.get(vtid) ?? []);
    return {
      draining: kernel.draining,
      moving: moving.length + kernel.durables.moving - away,
      refused: refused.length,
      reason: refused[0]?.reason ?? '',
      bound: away,
      ending: ending.length + bound.length,
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
    this.#refused.clear();
    this.#cancel?.();
    this.#step();
  }

  #step(): void {
    const { kernel, clock } = this.#components;
    if (this.#closed) return;
    const { moving, bound, ending } = this.#left();
    const leftMs = this.#deadline - clock.now();
    const under = kernel.durables.moving - this.#away();
    const room = AT_A_TIME - under - this.#asking.size;
    const next = moving.filter(({ vtid }) => this.#isDue(vtid)).slice(0, Math.max(0, room));
    for (const vtask of next) void this.#offer(vtask);
    if (leftMs <= 0) {
      for (const vtask of ending) void kernel.end(vtask, { tag: 'node-lost' });
      for (const vtask of bound) this.#putAside(vtask);
    }
    const isBusy = this.#asking.size + under > 0;
    const idleMs = leftMs > 0 ? Math.min(IDLE_MS, leftMs) : IDLE_MS;
    this.#cancel = clock.after(isBusy ? STEP_MS : idleMs, () => this.#step());
  }

  #isDue(vtid: string): boolean {
    const again = this.#refused.get(vtid)?.again ?? 0;
    return !this.#asking.has(vtid) && this.#components.clock.now() >= again;
  }

  /** Ends it here if there is another node for it. */
  async #offer(vtask: VTask): Promise<void> {
    const { kernel, clock, logger } = this.#components;
    const { vtid, name } = vtask;
    this.#asking.add(vtid);
    try {
      const home = await newHome(kernel, vtask);
      if (this.#closed || !kernel.draining || hasEnded(vtask.state)) return;
      if (home.ok) {
        this.#refused.delete(vtid);
        kernel.durables.move(vtask);
        return;
      }
      const reason = 'val' in home.error ? `${home.error.tag}: ${home.error.val}` : home.error.tag;
      if (!this.#refused.has(vtid)) logger.warn('no other node takes a vTask', { name, reason });
      this.#refused.set(vtid, { again: clock.now() + ASK_AGAIN_MS, reason });
    } finally {
      this.#asking.delete(vtid);
    }
  }

  /** How many have ended here that wait to be made again here. */
  #away(): number {
    const { durables } = this.#components.kernel;
    return [...this.#bound].filter((vtid) => durables.moves(vtid)).length;
  }

  #putAside(vtask: VTask): void {
    if (this.#bound.has(vtask.vtid)) return;
    this.#bound.add(vtask.vtid);
    this.#components.kernel.durables.move(vtask);
  }

  #left(): Left {
    const left: Left = { moving: [], bound: [], ending: [] };
    for (const vtask of this.#components.kernel.table.values()) {
      if (vtask.program === '' || vtask.endedMs !== 0) continue;
      if (vtask.restart === 'never') left.ending.push(vtask);
      else if (vtask.made?.node === undefined) left.moving.push(vtask);
      else left.bound.push(vtask);
    }
    return left;
  }
}
