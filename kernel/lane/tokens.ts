import type { Mail, Return } from '#kernel/lane/mailbox.ts';

interface Open extends Return {
  readonly chain: readonly string[];
}

/** The requests that a vTask has received and not yet answered. */
export class Tokens {
  readonly #open = new Map<number, Open>();
  #last = 0;

  get size(): number {
    return this.#open.size;
  }

  open({ from, chain }: Mail): number {
    do this.#last = (this.#last + 1) >>> 0;
    while (this.#last === 0 || this.#open.has(this.#last));
    this.#open.set(this.#last, { ...from!, chain });
    return this.#last;
  }

  /** Who waits for the answer, once. */
  close(token: number): Return | undefined {
    const open = this.#open.get(token);
    this.#open.delete(token);
    return open;
  }

  /** Everyone who waits, directly or through others, for `vtid` to go on, itself the last. */
  chain(vtid: string): readonly string[] {
    if (this.#open.size === 0) return [vtid];
    const all = new Set<string>();
    for (const { chain } of this.#open.values()) for (const each of chain) all.add(each);
    all.delete(vtid);
    return [...all, vtid];
  }

  *senders(): Generator<Return> {
    yield* this.#open.values();
  }
}
