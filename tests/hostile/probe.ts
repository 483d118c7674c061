import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface ProbeInit {
  /** Of the control API of the node. */
  readonly socket: string;
  /** Of the tenant. */
  readonly token: string;
  /** Who is asked. */
  readonly vtid: string;
}

/** What the thread of a probe says. */
export type ProbeReport =
  | { readonly kind: 'samples'; readonly samples: readonly number[] }
  | { readonly kind: 'failed'; readonly why: string };

/** Asks somebody quiet again and again, and takes the time: on a thread of its own, which nothing else holds up. */
export class Probe implements AsyncDisposable {
  readonly #thread: Worker;
  #taken: ((samples: readonly number[]) => void)[] = [];
  #failure: string | undefined;

  constructor(init: ProbeInit) {
    this.#thread = new Worker(new URL('probe-thread.ts', import.meta.url), { workerData: init });
    this.#thread.on('message', (report: ProbeReport) => {
      if (report.kind === 'failed') this.#failure = report.why;
      else this.#taken.shift()?.(report.samples);
    });
    this.#thread.on('error', (error) => {
      this.#failure = String(error);
    });
    this.#thread.once('exit', () => {
      for (const resolve of this.#taken.splice(0)) resolve([]);
    });
  }

  /** What went wrong, if there has ever been no answer: nobody is asked any more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The milliseconds that each answer took since this was last called. */
  take(): Promise<readonly number[]> {
    if (this.#thread.threadId === -1) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#taken.push(resolve);
      this.#thread.postMessage('take');
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#thread.threadId === -1) return;
    const ended = once(this.#thread, 'exit');
    this.#thread.postMessage('end');
    await ended;
  }
}
