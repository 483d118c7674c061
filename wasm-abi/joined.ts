/**
 * One piece of work for all who ask for the same at the same time. It is given up only when all of them have: one that
 * leaves does not take it from the others.
 */
export class Joined<Result> {
  readonly #running = new Map<
    string,
    { promise: Promise<Result>; abort: AbortController; waiting: number }
  >();

  /** @throws what the work throws, or the signal's reason */
  async run(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const shared = this.#running.get(key) ?? this.#begin(key, work);
    shared.waiting++;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([shared.promise, left.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
      shared.waiting--;
      if (shared.waiting === 0) {
        if (this.#running.get(key) === shared) this.#running.delete(key);
        shared.abort.abort();
      }
    }
  }

  #begin(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
  ): { promise: Promise<Result>; abort: AbortController; waiting: number } {
    const abort = new AbortController();
    const shared = { promise: work(abort.signal), abort, waiting: 0 };
    shared.promise.catch(() => undefined); // those who wait hear of it, and if all have left nobody need
    this.#running.set(key, shared);
    return shared;
  }
}
