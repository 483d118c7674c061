import type { Mail, Return } from '#kernel/lane/mail.ts';
import { Slots } from '#kernel/slots.ts';

interface Open extends Return {
  readonly chain: readonly string[];
}

/** The requests that a vTask has received and not yet answered. */
export class Tokens {
  readonly #open = new Slots<Open>();

  get size(): number {
    return this.#open.size;
  }

  open({ from, chain }: Mail): number {
    const token = this.#open.nextId();
    this.#open.set(token, { vtid: from!.vtid, id: from!.id, chain });
    return token;
  }

  /** Who waits for the answer, once. */
  close(token: number): Return | undefined {
    return this.#open.take(token);
  }

  /** Everyone who waits, directly or through others, for `vtid` to go on, itself the last. */
  chain(vtid: string): readonly string[] {
    if (this.#open.size === 0) return [vtid];
    const all = new Set<string>();
    for (const { chain } of this.#open.values()) for (const each of chain) all.add(each);
    all.delete(vtid);
    return [...all, vtid];
  }

  senders(): readonly Return[] {
    return this.#open.values();
  }
}
