import type { Cloud } from './cloud.ts';
import type { JobError } from './errors.ts';
import type { JobSpec } from './job-spec.ts';
import { MapPhase } from './map-phase.ts';
import { ReducePhase } from './reduce-phase.ts';
import type { Result } from './reduce-phase.ts';
import type { Split } from './split.ts';
import { TaskPool } from './task-pool.ts';
import type { Task } from './task-pool.ts';

export type Phase = 'map' | 'reduce' | 'merge' | 'done' | 'failed';

/** What `progress` answers. */
export interface Progress {
  phase: Phase;
  mapsDone: number;
  mapsTotal: number;
  splitsDone: number;
  splitsTotal: number;
  /** Of the inputs. */
  bytesDone: number;
  bytesTotal: number;
  reducesDone: number;
  reducesTotal: number;
  /** vTasks lost with work, and outputs made again. */
  retries: number;
  elapsedMs: number;
  tasks: Task[];
  /** Why the job failed. */
  error: string | null;
}

/** What `result` answers. */
export interface JobResult extends Omit<Progress, 'tasks'> {
  output: string;
  /** Of the output, in bytes. */
  size: number;
  keys: number;
}

export interface JobPlan {
  spec: JobSpec;
  splits: readonly Split[];
  /** Map or reduce vTasks that may run at a time. */
  slots: number;
  reduces: number;
}

/** One MapReduce job: maps all splits, reduces all parts, merges them, binds the result. */
export class Job {
  readonly #plan: JobPlan;
  readonly #cloud: Cloud;
  readonly #pool: TaskPool;
  readonly #maps: MapPhase;
  readonly #reduces: ReducePhase;
  readonly #startMs: number;
  #endMs: number | undefined;
  #mapped = false;
  #result: Result | undefined;
  #error: JobError | undefined;

  constructor(plan: JobPlan, cloud: Cloud) {
    const { spec, splits, slots, reduces } = plan;
    this.#plan = plan;
    this.#cloud = cloud;
    this.#pool = new TaskPool(cloud);
    this.#startMs = cloud.now();
    const pool = this.#pool;
    const failed = (error: JobError): void => this.#fail(error);
    this.#maps = new MapPhase({
      spec,
      pool,
      slots,
      reduces,
      splits,
      done: () => this.#reduce(),
      failed,
    });
    this.#reduces = new ReducePhase({
      spec,
      pool,
      slots,
      reduces,
      outputs: () => this.#maps.outputs,
      lostOutput: (output, cause) => {
        this.#mapped = false;
        this.#maps.redo(output, cause);
      },
      done: (result) => this.#bind(result),
      failed,
    });
  }

  /** To be called once; the rest happens as vTasks answer or end. */
  start(): void {
    this.#maps.pump();
  }

  get ended(): boolean {
    return this.#endMs !== undefined;
  }

  get error(): JobError | undefined {
    return this.#error;
  }

  progress(): Progress {
    const { splits, reduces } = this.#plan;
    const maps = this.#pool.tasks.filter(({ kind, state }) => kind === 'map' && state !== 'lost');
    return {
      phase: this.#phase(),
      mapsDone: maps.filter(({ state }) => state === 'finished').length,
      mapsTotal: maps.length,
      splitsDone: this.#maps.splitsDone,
      splitsTotal: splits.length,
      bytesDone: this.#maps.bytesDone,
      bytesTotal: splits.reduce((sum, { size }) => sum + size, 0),
      reducesDone: this.#result ? reduces : this.#reduces.partsDone,
      reducesTotal: reduces,
      retries: this.#maps.retries + this.#reduces.retries,
      elapsedMs: (this.#endMs ?? this.#cloud.now()) - this.#startMs,
      tasks: this.#pool.tasks,
      error: this.#error?.message ?? null,
    };
  }

  result(): JobResult {
    const { tasks: _, ...progress } = this.progress();
    const { size = 0, keys = 0 } = this.#result ?? {};
    return { ...progress, output: this.#plan.spec.output, size, keys };
  }

  #phase(): Phase {
    if (this.#error) return 'failed';
    if (this.#result) return 'done';
    if (!this.#mapped) return 'map';
    return this.#reduces.merging ? 'merge' : 'reduce';
  }

  #reduce(): void {
    if (this.#mapped || this.ended) return;
    this.#mapped = true;
    this.#reduces.resume();
  }

  #bind(result: Result): void {
    if (this.ended) return;
    try {
      this.#cloud.bind(this.#plan.spec.output, result.blob);
      this.#result = result;
      this.#end();
    } catch (error) {
      this.#fail(error as JobError);
    }
  }

  #fail(error: JobError): void {
    if (this.ended) return;
    this.#error = error;
    this.#end();
  }

  #end(): void {
    this.#endMs = this.#cloud.now();
    this.#pool.close();
    for (const { blob } of this.#maps.outputs) this.#cloud.release(blob);
    for (const blob of this.#reduces.scratch) this.#cloud.release(blob);
  }
}
