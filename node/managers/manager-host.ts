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
  readonly answer: PromiseWithResolvers<unknown>;
  readonly cancel: () => void;
}

export interface ManagerThreadComponents {
  readonly clock: Pick<Clock, 'after'>;
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

/** The node's side of the thread of a manager. One that does not answer is ended and begun anew. */
export class ManagerThread implements AsyncDisposable {
  readonly #components: ManagerThreadComponents;
  readonly #program: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** @param program a prepared image */
  constructor(components: ManagerThreadComponents, program: string) {
    this.#components = components;
    this.#program = program;
  }

  /** Calls a function of the manager. Rejects with what went wrong, at the latest after five seconds. */
  call(functionName: string, params: readonly unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<unknown>();
    const cancel = this.#components.clock.after(ANSWERS_WITHIN_MS, () =>
      this.#restart(`no answer within ${ANSWERS_WITHIN_MS} ms`),
    );
    this.#waiting.set(id, { answer, cancel });
    const call: StrategyCall = { id, functionName, params };
    this.#start().postMessage(call);
    return answer.promise;
  }

  /** Ends it once it has answered what it was asked. */
  async retire(): Promise<void> {
    const asked = [...this.#waiting.values()].map(({ answer }) => answer.promise);
    await Promise.allSettled(asked);
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('it was ended');
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const { cacheDir } = this.#components;
    const workerData: ManagerThreadData = { cacheDir, program: this.#program };
    const url = new URL('manager-thread.ts', import.meta.url);
    const worker = new Worker(url, { workerData });
    worker.on('message', (answer: StrategyAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#restart(String(error)));
    this.#worker = worker;
    return worker;
  }

  #answered(answered: StrategyAnswer): void {
    const waiting = this.#waiting.get(answered.id);
    if (!waiting) return;
    this.#waiting.delete(answered.id);
    waiting.cancel();
    if ('error' in answered) waiting.answer.reject(new Error(answered.error));
    else waiting.answer.resolve(answered.value);
  }

  #restart(why: string): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#fail(why);
  }

  #fail(why: string): void {
    for (const { answer, cancel } of this.#waiting.values()) {
      cancel();
      answer.reject(new Error(why));
    }
    this.#waiting.clear();
  }
}
