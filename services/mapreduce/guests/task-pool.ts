import type { Cloud } from './cloud.ts';
import { JobError } from './errors.ts';

export type TaskKind = 'map' | 'reduce';

/** A map or reduce vTask of the job. */
export interface Task {
  vtid: string;
  kind: TaskKind;
  node: string;
  state: 'idle' | 'busy' | 'finished' | 'lost';
  /** Splits that it mapped, or parts that it reduced. */
  done: number;
  /** Input bytes of those, or bytes that it wrote. */
  bytes: number;
}

interface Entry {
  task: Task;
  onLost: (cause: string) => void;
}

/** The vTasks of a job: spread over the nodes, watched, and each lost at most once. */
export class TaskPool {
  readonly #cloud: Cloud;
  readonly #entries = new Set<Entry>();
  #closed = false;
  /** All that were made, those that ended too. */
  readonly tasks: Task[] = [];

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Those of a kind that have not ended. */
  alive(kind: TaskKind): Task[] {
    return [...this.#entries].map(({ task }) => task).filter((task) => task.kind === kind);
  }

  /**
   * Starts a vTask on the node that has the fewest of the job; if that cannot take it, on the next.
   * @throws {job-failed} if no node takes it.
   */
  start(
    kind: TaskKind,
    image: string,
    cmd: string[],
    onLost: (task: Task, cause: string) => void,
  ): Task {
    const failures: string[] = [];
    if (this.#closed) throw new JobError('job-failed', 'the job has ended');
    for (const node of this.#leastLoaded()) {
      try {
        const task: Task = { vtid: '', kind, node, state: 'idle', done: 0, bytes: 0 };
        const entry: Entry = { task, onLost: (cause) => onLost(task, cause) };
        task.vtid = this.#cloud.start(image, cmd, node, (cause) => this.#lose(entry, cause));
        this.#entries.add(entry);
        this.tasks.push(task);
        return task;
      } catch (error) {
        failures.push(`${node}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new JobError(
      'job-failed',
      `no node takes a ${kind} vTask of ${image}: ${failures.join('; ') || 'no node can be reached'}`,
    );
  }

  /** Asks a task; an answer that says it failed loses the task. */
  ask(
    task: Task,
    identity: string,
    args: unknown,
    done: (result: Record<string, unknown>) => void,
  ): void {
    const entry = [...this.#entries].find((each) => each.task === task);
    if (!entry) return;
    task.state = 'busy';
    try {
      this.#cloud.ask(task.vtid, identity, args, (error, result) => {
        if (!this.#entries.has(entry)) return;
        if (error) return this.#lose(entry, error.message);
        task.state = 'idle';
        done(result);
      });
    } catch (error) {
      this.#lose(entry, error instanceof Error ? error.message : String(error));
    }
  }

  /** Forgets a task that has done its work, and ends it. */
  finish(task: Task): void {
    task.state = 'finished';
    for (const entry of this.#entries) if (entry.task === task) this.#entries.delete(entry);
    this.#cloud.kill(task.vtid);
  }

  /** Ends all that are alive; none is started any more. */
  close(): void {
    this.#closed = true;
    for (const { task } of this.#entries) this.finish(task);
  }

  #lose(entry: Entry, cause: string): void {
    if (!this.#entries.delete(entry)) return;
    entry.task.state = 'lost';
    this.#cloud.say(`${entry.task.kind} vTask ${entry.task.vtid} is lost: ${cause}`);
    this.#cloud.kill(entry.task.vtid); // it may be alive and only not answer
    entry.onLost(cause);
  }

  #leastLoaded(): string[] {
    const load = new Map(this.#cloud.nodes().map((node) => [node, 0]));
    for (const { task } of this.#entries) {
      const count = load.get(task.node);
      if (count !== undefined) load.set(task.node, count + 1);
    }
    return [...load].toSorted(([, a], [, b]) => a - b).map(([node]) => node);
  }
}
