import type { Clock } from '../environment.ts';

interface Waiter {
  readonly enter: () => void;
}

/** One operation on a register at a time; the others wait in order. */
export class KeyTurns {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiter[]>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Operations that are in or wait. */
  get size(): number {
    return this.#size;
  }

  /** Does the work when it is its turn; gives undefined, without having done it, if that is not before the deadline. */
  async run<T>(key: string, deadline: number, work: () => Promise<T>): Promise<T | undefined> {
    this.#size += 1;
    try {
      if (!(await this.#enter(key, deadline))) return undefined;
      try {
        return await work();
      } finally {
        this.#leave(key);
      }
    } finally {
      this.#size -= 1;
    }
  }

  #enter(key: string, deadline: number): Promise<boolean> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const forget = this.#clock.after(Math.max(0, deadline - this.#clock.now()), () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        resolve(false);
      });
      const waiter: Waiter = {
        enter: () => {
          forget();
          resolve(true);
        },
      };
      waiting.push(waiter);
    });
  }

  #leave(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    else next.enter();
  }
}
