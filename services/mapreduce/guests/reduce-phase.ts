import { JobError } from './errors.ts';
import type { JobSpec } from './job-spec.ts';
import { MAX_ATTEMPTS } from './map-phase.ts';
import type { MapOutput } from './map-phase.ts';
import type { Task, TaskPool } from './task-pool.ts';

/** One partition of all keys. */
interface Part {
  number: number;
  attempts: number;
  /** Where its result is, once it has one. */
  blob?: string;
  size: number;
  taken: boolean;
}

/** The blob that holds the whole result. */
export interface Result {
  blob: string;
  size: number;
  keys: number;
}

interface ReduceComponents {
  spec: JobSpec;
  pool: TaskPool;
  slots: number;
  reduces: number;
  outputs: () => readonly MapOutput[];
  /** An output cannot be read: `resume` is to be called once it has been made again. */
  lostOutput: (output: MapOutput, cause: string) => void;
  done: (result: Result) => void;
  failed: (error: JobError) => void;
}

/** Has every part reduced, then all parts merged into one blob. A single part is the result itself. */
export class ReducePhase {
  readonly #components: ReduceComponents;
  readonly #parts: Part[];
  readonly #current = new Map<Task, Part | 'merge'>();
  #waiting = true; // for outputs
  #mergeAttempts = 0;
  retries = 0;

  constructor(components: ReduceComponents) {
    this.#components = components;
    this.#parts = Array.from({ length: components.reduces }, (_, number) => ({
      number,
      attempts: 0,
      size: 0,
      taken: false,
    }));
  }

  get partsDone(): number {
    return this.#parts.filter(({ blob }) => blob !== undefined).length;
  }

  get merging(): boolean {
    return [...this.#current.values()].includes('merge');
  }

  /** The blobs of the parts, which nobody needs after the merge. */
  get scratch(): string[] {
    return this.#parts.length === 1 ? [] : this.#parts.flatMap(({ blob }) => blob ?? []);
  }

  /** All outputs are there. */
  resume(): void {
    this.#waiting = false;
    this.#pump();
  }

  #pump(): void {
    const { pool, slots } = this.#components;
    if (this.#waiting) return;
    try {
      for (;;) {
        const work = this.#parts.find(({ taken }) => !taken) ?? this.#merge();
        if (!work) return;
        const idle = pool.alive('reduce').find(({ state }) => state === 'idle');
        if (!idle && pool.alive('reduce').length >= slots) return;
        this.#give(idle ?? this.#start(), work);
        if (this.#waiting) return;
      }
    } catch (error) {
      if (pool.alive('reduce').length === 0) this.#components.failed(error as JobError);
    }
  }

  #merge(): 'merge' | undefined {
    return this.partsDone === this.#parts.length && this.#parts.length > 1 && !this.merging
      ? 'merge'
      : undefined;
  }

  #start(): Task {
    const { pool, spec } = this.#components;
    return pool.start('reduce', spec.reducer, [], (task, cause) => this.#lost(task, cause));
  }

  #give(task: Task, work: Part | 'merge'): void {
    this.#current.set(task, work);
    if (work === 'merge') this.#askMerge(task);
    else this.#askReduce(task, work);
  }

  #askReduce(task: Task, part: Part): void {
    const { pool, reduces } = this.#components;
    part.taken = true;
    const sources: MapOutput[] = [];
    const runs: [string, number, number][] = [];
    for (const output of this.#components.outputs()) {
      const offset = output.bounds[part.number] ?? 0;
      const size = (output.bounds[part.number + 1] ?? 0) - offset;
      if (size === 0) continue;
      sources.push(output);
      runs.push([output.blob, offset, size]);
    }
    pool.ask(task, 'reduce', { part: part.number, final: reduces === 1, runs }, (answer) => {
      this.#current.delete(task);
      const lost = sources[answer['lost'] as number];
      if (lost) {
        part.taken = false;
        this.#lostRun(lost, String(answer['cause']));
      } else {
        const result = answer as unknown as Result;
        task.done += 1;
        task.bytes += result.size;
        part.blob = result.blob;
        part.size = result.size;
        if (reduces === 1) return this.#components.done(result);
      }
      this.#pump();
    });
  }

  #lostRun(output: MapOutput, cause: string): void {
    this.retries += 1;
    // Another part may have told of it already: then it is being made again.
    if (!this.#components.outputs().includes(output)) return;
    this.#waiting = true;
    this.#components.lostOutput(output, cause);
  }

  #askMerge(task: Task): void {
    const parts = this.#parts.filter(({ size }) => size > 0);
    const runs = parts.map(({ blob, size }) => [blob, 0, size]);
    this.#components.pool.ask(task, 'merge', { runs }, (answer) => {
      this.#current.delete(task);
      const lost = parts[answer['lost'] as number];
      if (!lost) return this.#components.done(answer as unknown as Result);
      this.#again(lost, `its result cannot be read: ${String(answer['cause'])}`);
    });
  }

  #lost(task: Task, cause: string): void {
    const work = this.#current.get(task);
    this.#current.delete(task);
    if (work === 'merge') {
      this.retries += 1;
      this.#mergeAttempts += 1;
      if (this.#mergeAttempts >= MAX_ATTEMPTS)
        return this.#components.failed(
          gaveUp('the merge of all parts', this.#mergeAttempts, cause),
        );
    } else if (work) return this.#again(work, cause);
    this.#pump();
  }

  #again(part: Part, cause: string): void {
    this.retries += 1;
    part.attempts += 1;
    part.taken = false;
    delete part.blob;
    part.size = 0;
    if (part.attempts >= MAX_ATTEMPTS)
      return this.#components.failed(gaveUp(`part ${part.number}`, part.attempts, cause));
    this.#pump();
  }
}

function gaveUp(what: string, attempts: number, cause: string): JobError {
  return new JobError('job-failed', `${what} failed ${attempts} times, at last with: ${cause}`);
}
