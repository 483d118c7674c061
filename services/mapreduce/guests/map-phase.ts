import { JobError } from './errors.ts';
import type { JobSpec } from './job-spec.ts';
import type { Split } from './split.ts';
import { SplitQueue } from './split-queue.ts';
import type { Task, TaskPool } from './task-pool.ts';

/** How often a split, a part or the merge may be lost before the job fails; as Hadoop. */
export const MAX_ATTEMPTS = 4;

/** What a finished map vTask has left: one scratch blob, its partitions one after the other. */
export interface MapOutput {
  node: string;
  blob: string;
  /** Where each partition begins, and the end of the last. */
  bounds: number[];
  splits: Split[];
}

interface MapComponents {
  spec: JobSpec;
  pool: TaskPool;
  /** Map vTasks that may run at a time. */
  slots: number;
  reduces: number;
  splits: readonly Split[];
  /** Called whenever every split is in an output. */
  done: () => void;
  failed: (error: JobError) => void;
}

/** Hands splits out to map vTasks until each is in an output. */
export class MapPhase {
  readonly #components: MapComponents;
  readonly #queue = new SplitQueue();
  readonly #held = new Map<Task, Split[]>();
  readonly #current = new Map<Task, Split>();
  readonly #shares = new Map<Task, number>();
  readonly #finishing = new Set<Task>();
  #started = 0;
  #outputs: MapOutput[] = [];
  /** Splits that are counted, in a table or in an output, and their bytes. */
  splitsDone = 0;
  bytesDone = 0;
  retries = 0;

  constructor(components: MapComponents) {
    this.#components = components;
    for (const split of components.splits.toReversed()) this.#queue.put(split);
  }

  get outputs(): readonly MapOutput[] {
    return this.#outputs;
  }

  /** Gives work to whoever has none. To be called once; after that it goes on by itself. */
  pump(): void {
    const { pool, slots, spec } = this.#components;
    try {
      for (const task of pool.alive('map')) if (task.state === 'idle') this.#employ(task);
      const wanted = Math.min(
        slots,
        spec.maps || slots,
        pool.alive('map').length + this.#queue.size,
      );
      while (pool.alive('map').length < wanted && this.#queue.size > 0) this.#employ(this.#start());
    } catch (error) {
      // Fewer vTasks than wanted do the job too, only later.
      if (pool.alive('map').length === 0) return this.#components.failed(error as JobError);
    }
    if (this.#queue.size === 0 && this.#current.size === 0 && this.#held.size === 0)
      this.#components.done();
  }

  /** Maps again what lay in outputs that cannot be read: those of a whole node, it is likely to be gone. */
  redo(lost: MapOutput, cause: string): void {
    const gone = this.#outputs.filter(({ node }) => node === lost.node);
    this.#outputs = this.#outputs.filter(({ node }) => node !== lost.node);
    for (const { splits } of gone) {
      for (const split of splits) this.#uncount(split);
      if (!this.#requeue(splits, splits, `its output cannot be read: ${cause}`)) return;
    }
    this.pump();
  }

  #start(): Task {
    const { pool, spec, reduces } = this.#components;
    const cmd = [`partitions=${reduces}`, `budget=${spec.budget}`];
    const task = pool.start('map', spec.mapper, cmd, (lost, cause) => this.#lost(lost, cause));
    this.#held.set(task, []);
    this.#shares.set(task, this.#share());
    return task;
  }

  /** Splits that the next vTask takes at most: with more vTasks wanted than run at a time, each has its share. */
  #share(): number {
    const { spec, slots, splits } = this.#components;
    if (spec.maps <= slots) return Infinity;
    const larger = this.#started++ < splits.length % spec.maps ? 1 : 0;
    return Math.max(1, Math.floor(splits.length / spec.maps) + larger);
  }

  #employ(task: Task): void {
    const held = this.#held.get(task) ?? [];
    const full = held.length >= (this.#shares.get(task) ?? 0);
    const split = !full ? this.#queue.take(task.node, (node) => this.#soon(node)) : undefined;
    if (split) return this.#map(task, split, held);
    // The others may still lose splits that this one could take: it waits for them, unless it has its share.
    if (!full && this.#current.size > 0) return;
    if (held.length > 0) return this.#finish(task, held);
    this.#held.delete(task);
    this.#components.pool.finish(task);
  }

  /** Map vTasks of a node that are busy and will take another split. */
  #soon(node: string): number {
    let count = 0;
    for (const task of this.#current.keys()) {
      const held = this.#held.get(task)?.length ?? 0;
      if (task.node === node && held + 1 < (this.#shares.get(task) ?? 0)) count += 1;
    }
    return count;
  }

  #map(task: Task, split: Split, held: Split[]): void {
    this.#current.set(task, split);
    const { input, offset, size } = split;
    const request = { split: split.number, blob: input.blob, offset, size, blobSize: input.size };
    this.#components.pool.ask(task, 'map', request, () => {
      this.#current.delete(task);
      held.push(split);
      task.done += 1;
      task.bytes += size;
      this.splitsDone += 1;
      this.bytesDone += size;
      this.pump();
    });
  }

  #finish(task: Task, splits: Split[]): void {
    const { pool } = this.#components;
    this.#finishing.add(task);
    pool.ask(task, 'finish', {}, (result) => {
      this.#finishing.delete(task);
      this.#held.delete(task);
      const { blob, bounds } = result as { blob: string; bounds: number[] };
      this.#outputs.push({ node: task.node, blob, bounds, splits });
      pool.finish(task);
      this.pump();
    });
  }

  #lost(task: Task, cause: string): void {
    const held = this.#held.get(task) ?? [];
    const current = this.#current.get(task);
    const blamed = current ? [current] : this.#finishing.has(task) ? held : [];
    this.#held.delete(task);
    this.#current.delete(task);
    this.#finishing.delete(task);
    for (const split of held) this.#uncount(split);
    if (this.#requeue(current ? [...held, current] : held, blamed, cause)) this.pump();
  }

  #uncount(split: Split): void {
    this.splitsDone -= 1;
    this.bytesDone -= split.size;
  }

  /** False if the job has failed with it. */
  #requeue(splits: readonly Split[], blamed: readonly Split[], cause: string): boolean {
    this.retries += splits.length > 0 ? 1 : 0;
    for (const split of splits) this.#queue.put(split);
    for (const split of blamed) {
      split.attempts += 1;
      split.lastCause = cause;
    }
    const hopeless = blamed.find(({ attempts }) => attempts >= MAX_ATTEMPTS);
    if (hopeless) this.#components.failed(splitFailed(hopeless));
    return !hopeless;
  }
}

function splitFailed({ number, input, offset, size, attempts, lastCause }: Split): JobError {
  return new JobError(
    'job-failed',
    `split ${number} (${input.path}, bytes ${offset} to ${offset + size}) failed ${attempts} times, ` +
      `at last with: ${lastCause}`,
  );
}
