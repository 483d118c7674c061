import type { Cloud } from '../../../../services/mapreduce/guests/cloud.ts';
import { Job } from '../../../../services/mapreduce/guests/job.ts';
import { parseJobSpec } from '../../../../services/mapreduce/guests/job-spec.ts';
import { planSplits, splitSizeFor } from '../../../../services/mapreduce/guests/split.ts';
import { CoreTask } from './core-task.ts';
import { MemoryVStore } from './memory-vstore.ts';

interface Running {
  task: CoreTask;
  image: string;
  node: string;
  died: (cause: string) => void;
}

/** What a test does to a request before it is answered; what it throws is the answer. */
export type Fault = (request: {
  identity: string;
  args: Record<string, unknown>;
  vtid: string;
  node: string;
  cloud: TestCloud;
}) => void;

/** Nodes, vTasks of core wasm, and a vStore, all in this process: the master's view of a cluster. */
export class TestCloud implements Cloud {
  readonly vstore = new MemoryVStore();
  readonly bound = new Map<string, string>();
  readonly alive = new Map<string, Running>();
  readonly started: { vtid: string; image: string; node: string }[] = [];
  readonly said: string[] = [];
  /** Most vTasks that were alive on one node at a time. */
  mostOnNode = 0;
  readonly #images: ReadonlyMap<string, WebAssembly.Module>;
  readonly #fault: Fault;
  readonly #nodes: Set<string>;
  #ended: (() => void) | undefined;
  #job: Job | undefined;

  constructor(images: ReadonlyMap<string, WebAssembly.Module>, nodes: number, fault: Fault) {
    this.#images = images;
    this.#fault = fault;
    this.#nodes = new Set(Array.from({ length: nodes }, (_, index) => `node-${index}`));
  }

  /** Runs a job over these inputs to its end. */
  async run(inputs: Uint8Array[], fields: Record<string, unknown>): Promise<Job> {
    const record = { inputs: ['/in'], output: '/out', mapper: 'map', reducer: 'reduce', ...fields };
    const spec = parseJobSpec([JSON.stringify(record)]);
    const files = inputs.map((bytes, index) => ({
      path: `/in-${index}`,
      blob: this.vstore.put(bytes),
      size: bytes.length,
    }));
    const slots = this.#nodes.size * (spec.tasksPerNode || 2);
    const total = inputs.reduce((sum, { length }) => sum + length, 0);
    const splits = planSplits(files, splitSizeFor(spec, total, slots), () => []);
    const reduces = spec.reduces || this.#nodes.size;
    this.#job = new Job({ spec, splits, slots, reduces }, this);
    const ended = new Promise<void>((resolve) => (this.#ended = resolve));
    this.#job.start();
    this.#tell();
    await ended;
    return this.#job;
  }

  /** The bytes that the output path stands for. */
  get output(): Uint8Array | undefined {
    return this.vstore.blobs.get(this.bound.get('/out') ?? '');
  }

  nodes(): string[] {
    return [...this.#nodes];
  }

  start(image: string, cmd: string[], node: string, died: (cause: string) => void): string {
    const module = this.#images.get(image);
    if (!module) throw new Error(`refused: no image ${image}`);
    const vtid = `vtid-${this.started.length}`;
    const running = { task: new CoreTask(module, this.vstore, cmd), image, node, died };
    this.started.push({ vtid, image, node });
    this.alive.set(vtid, running);
    const here = [...this.alive.values()].filter((each) => each.node === node).length;
    this.mostOnNode = Math.max(this.mostOnNode, here);
    return vtid;
  }

  ask(
    vtid: string,
    identity: string,
    args: unknown,
    done: (error: Error | undefined, result: Record<string, unknown>) => void,
  ): void {
    void this.#complete(vtid, identity, args, done);
  }

  /** A vTask dies by itself: the master is told, and nothing answers for it any more. */
  die(vtid: string, cause: string): void {
    const running = this.alive.get(vtid);
    this.alive.delete(vtid);
    running?.died(cause);
    this.#tell();
  }

  /** A node goes with its vTasks and the scratch blobs that they wrote. */
  loseNode(node: string): void {
    this.#nodes.delete(node);
    for (const id of this.vstore.scratch) this.vstore.unreachable.add(id);
    for (const [vtid, running] of this.alive)
      if (running.node === node) this.die(vtid, 'node-lost');
  }

  kill(vtid: string): void {
    this.alive.delete(vtid);
  }

  bind(path: string, blob: string): void {
    this.bound.set(path, blob);
  }

  release(blob: string): void {
    this.vstore.blobs.delete(blob);
    this.vstore.scratch.delete(blob);
  }

  say(text: string): void {
    this.said.push(text);
  }

  now(): number {
    return 0;
  }

  async #complete(...[vtid, identity, args, done]: Parameters<Cloud['ask']>): Promise<void> {
    let result: Record<string, unknown> = {};
    let failure: Error | undefined;
    try {
      result = await this.#answer(vtid, identity, args as Record<string, unknown>);
    } catch (error) {
      failure = error as Error;
    }
    done(failure, result);
    this.#tell();
  }

  async #answer(vtid: string, identity: string, args: Record<string, unknown>) {
    const running = this.alive.get(vtid);
    if (!running) throw new Error('no-such-task');
    await Promise.resolve();
    this.#fault({ identity, args, vtid, node: running.node, cloud: this });
    const result = await running.task.ask(identity, args);
    if (!this.alive.has(vtid)) throw new Error('task-died');
    return result;
  }

  #tell(): void {
    if (this.#job?.ended) this.#ended?.();
  }
}
