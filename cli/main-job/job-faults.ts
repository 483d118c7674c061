import { strike, type ChaosComponents } from '../devstack/chaos.ts';

const ABSENCE_MS = 2_000;

/** The faults of `npm start -- --chaos`: the first node is killed in the first attempt, another one in the next. */
export class JobFaults implements AsyncDisposable {
  readonly #components: ChaosComponents;
  readonly #rest = new AbortController();
  readonly #faults: Promise<void>[] = [];

  constructor(components: ChaosComponents) {
    this.#components = components;
  }

  /** The job is under way. Does something once in each of the first two attempts. */
  strike(attempt: number): void {
    const { stack, random, say } = this.#components;
    if (this.#faults.length >= Math.min(attempt, 2)) return;
    const at = this.#faults.length === 0 ? 0 : 1 + random(stack.nodes.length - 1);
    const fault = strike(this.#components, at, ABSENCE_MS, this.#rest.signal);
    this.#faults.push(
      fault.catch((error: unknown) => {
        if (!this.#rest.signal.aborted) say(`it could not be started again: ${String(error)}`);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest.abort();
    await Promise.all(this.#faults);
  }
}
