import type { Return } from '#kernel/lane/mail.ts';

/** What is known by who sent it and by that one's number for it: a string of both would be made, and looked for by the engine, at each look. */
export class ReturnMap<T> {
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
    if (ids!.size === 1) this.#senders.delete(vtid);
    else ids!.delete(id);
    return value;
  }

  *values(): Generator<T> {
    for (const ids of this.#senders.values()) yield* ids.values();
  }
}
