import type { Logger } from '#kernel/logger.ts';
import { abortable } from './abortable.ts';
import { MachineFault } from './errors.ts';

/** A value that stays until it is let go, which is done once. */
export interface Use<T> extends Disposable {
  readonly value: T;
}

export interface UseCacheInit<T> {
  /** How many stay that nobody uses: those that were used last. */
  readonly kept: number;
  /** Takes away what a value stands for. Whoever let it go may still be in the midst of it. */
  readonly drop: (value: T) => Promise<void>;
  /** Whether others have left it where it is. Default: nobody else can take it away. */
  readonly isThere?: (value: T) => Promise<boolean>;
}

interface Entry<T> {
  readonly making: Promise<T>;
  readonly abort: AbortController;
  isMade: boolean;
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

  /**
   * Who asks for one that is being made waits with the first. Once nobody waits any more the making of it is broken off.
   * @param signal breaks off the waiting: where that was the last one who did, once what was being made has gone
   * @throws what `make` throws, and the next one tries again; the signal's reason
   */
  async use(
    key: string,
    make: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<Use<T>> {
    for (;;) {
      signal?.throwIfAborted();
      const entry = this.#entries.get(key) ?? this.#begin(key, make);
      entry.users += 1;
      let value: T;
      try {
        value = await abortable(entry.making, signal);
      } catch (error) {
        await this.#leave(key, entry);
        throw error;
      }
      if ((await this.#init.isThere?.(value)) ?? true)
        return new Used(value, () => this.#letGo(key, entry));
      this.#remove(key, entry);
    }
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const abort = new AbortController();
    const entry = { making: make(abort.signal), abort, isMade: false, users: 0 };
    this.#entries.set(key, entry);
    entry.making.then(
      () => (entry.isMade = true),
      () => this.#remove(key, entry), // whoever waits hears of it
    );
    return entry;
  }

  /** To be called when nothing is used any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { making, abort } of this.#entries.values()) {
      abort.abort(new MachineFault('failed', 'the node is being stopped'));
      void this.#drop(making);
    }
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
      void this.#drop(making);
    }
  }

  /** Who waited waits no more: it has failed, or is not wanted any more. */
  async #leave(key: string, entry: Entry<T>): Promise<void> {
    if (entry.isMade) return this.#letGo(key, entry);
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#remove(key, entry);
    entry.abort.abort(new MachineFault('failed', 'nobody waits for it any more'));
    await this.#drop(entry.making);
  }

  #remove(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #drop(making: Promise<T>): Promise<void> {
    const dropping = making
      .then(
        (value) => this.#init.drop(value),
        () => {}, // it was never made
      )
      .catch((error: unknown) => {
        this.#logger.warn('something that machines do not use any more is left', {
          reason: String(error),
        });
      });
    this.#dropping.add(dropping);
    return dropping.then(() => void this.#dropping.delete(dropping));
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
