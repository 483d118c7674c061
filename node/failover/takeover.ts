import type { DurableEntry } from '#kernel/durable-list.ts';
import type { Registers } from '#kernel/registers.ts';
import { decodePage, encodePage, pageKey } from '#node/failover/page-format.ts';
import type { DurablePage, NodeLife } from '#posiv-wit/generated/wire.ts';

export interface TakeoverComponents {
  readonly registers: Registers;
  /** Whether a life of a node is over. */
  readonly isOver: (node: string, incarnation: number) => boolean;
  /** Notes on this node's own list, durably, what it has taken over. @throws {unreachable} */
  readonly keep: (entries: readonly DurableEntry[]) => Promise<void>;
}

export type TakenOver =
  /** There is nothing to take over: the list is empty, or its node lives. */
  | { readonly tag: 'nothing' }
  /** Another living node is about it. */
  | { readonly tag: 'others' }
  /** All of it is on this node's list now. */
  | { readonly tag: 'taken'; readonly entries: readonly DurableEntry[] };

/**
 * Takes over the list of a lost life of a node as a whole, by a compare-and-swap of its first page. Who dies before what it
 * took is on its own list is followed by another, who claims the same list again; who dies later, by whoever claims its own.
 */
export class Takeover {
  readonly #components: TakeoverComponents;
  readonly #self: NodeLife;
  /** What is on the own list already, while it is not known whether the other one was emptied. */
  readonly #unfinished = new Map<string, readonly DurableEntry[]>();

  constructor(components: TakeoverComponents, self: NodeLife) {
    this.#components = components;
    this.#self = self;
  }

  /** @throws {unreachable} also in the middle of it: then it is to be tried again */
  async of(node: string): Promise<TakenOver> {
    const { registers, isOver, keep } = this.#components;
    const { version, value } = await registers.read(pageKey(node, 0));
    if (value === undefined) return { tag: 'nothing' };
    const first = decodePage(value);
    const { incarnation, taker, pages } = first;
    if (!isOver(node, incarnation)) return { tag: 'nothing' };
    if (first.entries.length === 0 && pages <= 1) return this.#finished(node);
    if (taker !== undefined && !this.#isSelf(taker) && !isOver(taker.node, taker.incarnation))
      return { tag: 'others' };
    const claimed = await this.#write(node, 0, version, { ...first, taker: this.#self });
    if (claimed === undefined) return { tag: 'others' };

    const rest = Array.from({ length: Math.max(0, pages - 1) }, (_, at) => at + 1);
    const sealed = await Promise.all(rest.map((number) => this.#seal(node, number)));
    const entries = [first, ...sealed].flatMap((page) => page.entries);
    await keep(entries);
    // It says for ever who has taken it, so that the life that is over cannot write it any more.
    const emptied = { incarnation, taker: this.#self, pages: 1, entries: [] };
    this.#unfinished.set(node, entries);
    await this.#write(node, 0, claimed, emptied);
    this.#unfinished.delete(node);
    return { tag: 'taken', entries };
  }

  /** A list that is empty: perhaps by this one, which did not hear of it. */
  #finished(node: string): TakenOver {
    const entries = this.#unfinished.get(node);
    this.#unfinished.delete(node);
    return entries === undefined ? { tag: 'nothing' } : { tag: 'taken', entries };
  }

  /** From then on the life that is over cannot write it. */
  async #seal(node: string, number: number): Promise<DurablePage> {
    const { registers } = this.#components;
    for (;;) {
      const { version, value } = await registers.read(pageKey(node, number));
      const page = value
        ? decodePage(value)
        : { incarnation: 0, taker: undefined, pages: 0, entries: [] };
      const written = await this.#write(node, number, version, { ...page, taker: this.#self });
      if (written !== undefined) return page;
    }
  }

  async #write(
    node: string,
    number: number,
    version: number,
    page: DurablePage,
  ): Promise<number | undefined> {
    const { registers } = this.#components;
    const after = await registers.swap(pageKey(node, number), version, encodePage(page));
    return after.written ? after.version : undefined;
  }

  #isSelf({ node, incarnation }: NodeLife): boolean {
    return node === this.#self.node && incarnation === this.#self.incarnation;
  }
}
