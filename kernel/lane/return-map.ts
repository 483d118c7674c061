import type { Return } from '#kernel/lane/mail.ts';

const MOST_STAYING = 16;

/** What is known by who sent it and by that one's number for it: a string of both would be made, and looked for by the engine, at each look. */
export class ReturnMap<T> {
  /** Of a few, one that has nothing here any more stays: it will soon have again. */
  readonly #senders = new Map<string, Map<number, T>>();

  set({ vtid, id }: Return, value: T): void {
    const ids = this.#senders.get(vtid);
    if (ids) ids.set(id, value);
    else this.#senders.set(vtid, new Map([[id, value]]));
  }

  /** @returns what it was */
  take({ vtid, id }: Return): T | undefined {
    const ids = this.#senders.get(vtid);
    const value = ids?.get(id);
    if (value === undefined) return undefined;
    ids!.delete(id);
    if (ids!.size === 0 && this.#senders.size > MOST_STAYING) this.#senders.delete(vtid);
    return value;
  }

  *values(): Generator<T> {
    for (const ids of this.#senders.values()) yield* ids.values();
  }
}
