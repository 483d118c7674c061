// Simple implementations of what interrupts instances: one that answers as a script says at every check, and one that lets
// many take turns.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Preemption } from '#wasm-abi/load.ts';
import { FLAG_OFFSET } from '#wasm-abi/rewrite/reserved-names.ts';

export const GO_ON = 0;
export const SUSPEND = 1;
export const TRAP = 2;

function sharedFlag(): { flag: WebAssembly.Memory; word: Int32Array } {
  const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { flag, word: new Int32Array(flag.buffer, FLAG_OFFSET, 1) };
}

/** With the flag raised all the time: answers the checks in order, and the last answer ever after. */
export class Scripted implements Preemption {
  readonly flag: WebAssembly.Memory;
  readonly #answers: readonly number[];
  ticks = 0;
  pauses = 0;

  constructor(answers: readonly number[], fuelSlice?: number) {
    const { flag, word } = sharedFlag();
    word[0] = 1;
    this.flag = flag;
    this.#answers = answers;
    if (fuelSlice !== undefined) this.fuelSlice = fuelSlice;
  }

  fuelSlice?: number;

  tick(): number {
    return this.#answers[Math.min(this.ticks++, this.#answers.length - 1)] ?? GO_ON;
  }

  async pause(): Promise<void> {
    this.pauses++;
    await new Promise(setImmediate);
  }
}

/** Lets the instances of a thread take turns: the flag is raised by another thread every millisecond. */
export class Turns implements AsyncDisposable {
  readonly #flag: WebAssembly.Memory;
  readonly #word: Int32Array;
  readonly #ticker: Worker;
  readonly #waiting: (() => void)[] = [];
  pauses = 0;

  private constructor(flag: WebAssembly.Memory, word: Int32Array, ticker: Worker) {
    this.#flag = flag;
    this.#word = word;
    this.#ticker = ticker;
  }

  static async start(): Promise<Turns> {
    const { flag, word } = sharedFlag();
    const source = `const { workerData, parentPort } = require('node:worker_threads');
      const word = new Int32Array(workerData.buffer, ${FLAG_OFFSET}, 1);
      const never = new Int32Array(new SharedArrayBuffer(4));
      parentPort.postMessage('ticks');
      for (;;) { Atomics.wait(never, 0, 0, 1); Atomics.store(word, 0, 1); }`;
    const ticker = new Worker(source, { eval: true, workerData: flag });
    await once(ticker, 'message');
    return new Turns(flag, word, ticker);
  }

  /** For one instance; it traps at the first check after `isKilled` has become true. */
  of(isKilled: () => boolean): Preemption {
    return {
      flag: this.#flag,
      tick: () => {
        Atomics.store(this.#word, 0, 0);
        return isKilled() ? TRAP : SUSPEND;
      },
      pause: () => {
        this.pauses++;
        setImmediate(() => this.#waiting.shift()?.());
        return new Promise((resolve) => this.#waiting.push(resolve));
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticker.terminate();
  }
}
