import { Worker } from 'node:worker_threads';
import type { Clock } from '#kernel/clock.ts';
import type {
  ManagerThreadData,
  StrategyAnswer,
  StrategyCall,
} from '#node/managers/manager-thread.ts';

// A strategy is a short function: one that takes longer than this is taken for stuck. The first call also loads it.
const ANSWERS_WITHIN_MS = 5_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly cancel: () => void;
}

/** The node's side of the managers' thread. One that does not answer is ended and begun anew. */
export class ManagerThread implements AsyncDisposable {
  readonly #components: { readonly clock: Clock; readonly cacheDir: string };
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(components: { readonly clock: Clock; readonly cacheDir: string }) {
    this.#components = components;
  }

  /** Calls a function of a prepared image. Rejects with what went wrong, at the latest after five seconds. */
  call(program: string, functionName: string, params: readonly unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const cancel = this.#components.clock.after(ANSWERS_WITHIN_MS, () =>
        this.#restart(`no answer within ${ANSWERS_WITHIN_MS} ms`),
      );
      this.#waiting.set(id, { resolve, reject, cancel });
      const call: StrategyCall = { id, program, functionName, params };
      this.#start().postMessage(call);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('the node is closing');
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const workerData: ManagerThreadData = { cacheDir: this.#components.cacheDir };
    const url = new URL(import.meta.resolve('#node/managers/manager-thread.ts'));
    const worker = new Worker(url, { workerData });
    worker.on('message', (answer: StrategyAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#restart(String(error)));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: StrategyAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    waiting.cancel();
    if ('error' in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.value);
  }

  #restart(why: string): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#fail(why);
  }

  #fail(why: string): void {
    for (const { reject, cancel } of this.#waiting.values()) {
      cancel();
      reject(new Error(why));
    }
    this.#waiting.clear();
  }
}
