import type { Logger } from '#kernel/logger.ts';

/** A value that stays until it is let go, which is done once. */
export interface Use<T> extends Disposable {
  readonly value: T;
}

export interface UseCacheInit<T> {
  /** How many stay that nobody uses: those that were used last. */
  readonly kept: number;
  /** Takes away what a value stands for. Whoever let it go may still be in the midst of it. */
  readonly drop: (value: T) => Promise<void>;
}

interface Entry<T> {
  readonly making: Promise<T>;
  users: number;
}

/** What is made once for each key and all who use it, stays while somebody does, and for a while after. */
export class UseCache<T> implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #init: UseCacheInit<T>;
  /** Those that were let go last at the end. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #dropping = new Set<Promise<void>>();

  constructor(logger: Logger, init: UseCacheInit<T>) {
    this.#logger = logger;
    this.#init = init;
  }

  /** Who asks for one that is being made waits with the first. @throws what `make` throws, and the next one tries again */
  async use(key: string, make: () => Promise<T>): Promise<Use<T>> {
    const entry = this.#entries.get(key) ?? { making: make(), users: 0 };
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      const value = await entry.making;
      return new Used(value, () => this.#letGo(key, entry));
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** To be called when nothing is used any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { making } of this.#entries.values()) this.#drop(making);
    this.#entries.clear();
    await Promise.all(this.#dropping);
  }

  #letGo(key: string, entry: Entry<T>): void {
    entry.users -= 1;
    if (entry.users > 0 || this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const unused = [...this.#entries].filter(([, { users }]) => users === 0);
    const over = Math.max(0, unused.length - this.#init.kept);
    for (const [oldest, { making }] of unused.slice(0, over)) {
      this.#entries.delete(oldest);
      this.#drop(making);
    }
  }

  #drop(making: Promise<T>): void {
    const dropping = making
      .then((value) => this.#init.drop(value))
      .catch((error: unknown) => {
        this.#logger.warn('something that machines do not use any more is left', {
          reason: String(error),
        });
      });
    this.#dropping.add(dropping);
    void dropping.then(() => this.#dropping.delete(dropping));
  }
}

class Used<T> implements Use<T> {
  readonly value: T;
  #letGo: (() => void) | undefined;

  constructor(value: T, letGo: () => void) {
    this.value = value;
    this.#letGo = letGo;
  }

  [Symbol.dispose](): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }
}
