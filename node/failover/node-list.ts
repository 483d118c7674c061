import type { Clock } from '#kernel/clock.ts';
import { keyOf, type DurableEntry, type DurableList } from '#kernel/durable-list.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Registers } from '#kernel/registers.ts';
import { UnreachableError } from '#node/errors.ts';
import { ListPage, type HeldEntry } from '#node/failover/list-page.ts';
import { decodePage, encodePage, pageKey, sizeOf } from '#node/failover/page-format.ts';

const PAGE_BYTES = 48 * 1024; // of the 64 KiB of a register
const TIDY_AFTER_MS = 1_000; // what is over may stand for a while: whoever takes it over finds that its record is gone

/** The holder of entries that nobody here lives for yet: of vTasks that are to be made again. */
export const INHERITED = '';

export interface NodeListComponents {
  readonly registers: Registers;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NodeListInit {
  readonly node: string;
  readonly incarnation: number;
  /** Told of what is on this list and to be made again: what an earlier life left, and what the kernel hands over. */
  readonly onOrphans: (entries: readonly DurableEntry[], isLoss: boolean) => void;
}

/** The list of the durable vTasks of this node that are to be made again if it is lost, in registers. */
export class NodeList implements DurableList, Disposable {
  readonly #components: NodeListComponents;
  readonly #init: NodeListInit;
  #opening: Promise<ListPage[]> | undefined;
  #pages: ListPage[] = [];
  /** So many pages the first one is known to tell of. */
  #told = 1;
  readonly #untidy = new Set<ListPage>();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(components: NodeListComponents, init: NodeListInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Takes the list for this life of the node. @throws {unreachable} */
  async open(): Promise<void> {
    this.#opening ??= this.#open();
    try {
      this.#pages = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async add(entry: DurableEntry, vtid: string): Promise<void> {
    await this.open();
    const key = keyOf(entry.tenant, entry.name);
    let page = this.#pageOf(key) ?? this.#roomyPage(entry);
    while (page === undefined) {
      await this.#addPage();
      page = this.#pageOf(key) ?? this.#roomyPage(entry);
    }
    const held = page.entries.get(key);
    if (held === undefined) page.put(key, { ...entry, holders: new Set([vtid]) });
    else {
      held.holders.add(vtid);
      held.restarts = Math.max(held.restarts, entry.restarts);
    }
    await page.flush();
    await this.#announce();
  }

  remove(tenant: string, name: string, vtid: string): void {
    const key = keyOf(tenant, name);
    const page = this.#pageOf(key);
    const held = page?.entries.get(key);
    if (page === undefined || !held?.holders.delete(vtid) || held.holders.size > 0) return;
    page.drop(key);
    this.#tidyLater(page);
  }

  handOver(entry: DurableEntry): void {
    const key = keyOf(entry.tenant, entry.name);
    this.#pageOf(key)?.entries.get(key)?.holders.add(INHERITED);
    this.#init.onOrphans([entry], false);
  }

  count({ tenant, name, restarts }: DurableEntry): void {
    const page = this.#pageOf(keyOf(tenant, name));
    const held = page?.entries.get(keyOf(tenant, name));
    if (page === undefined || held === undefined) return;
    held.restarts = restarts;
    this.#tidyLater(page);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #open(): Promise<ListPage[]> {
    const { registers } = this.#components;
    const { node, incarnation, onOrphans } = this.#init;
    for (;;) {
      const { version, value } = await registers.read(pageKey(node, 0));
      const old = value && decodePage(value);
      if (old !== undefined && old.incarnation > incarnation)
        throw new UnreachableError('a later life of this node has its list');
      const entries = old?.entries ?? [];
      const pages = Math.max(1, old?.pages ?? 1);
      const ours = encodePage({ incarnation, taker: undefined, pages, entries });
      // Whether or not somebody has taken it over: what is made again twice is made once (README.md).
      const after = old && (await registers.swap(pageKey(node, 0), version, ours));
      if (after && !after.written) continue;
      const all = [this.#page(0, after?.version ?? version, entries)];
      for (let number = 1; number < pages; number += 1) {
        const read = await registers.read(pageKey(node, number));
        all.push(
          this.#page(number, read.version, read.value ? decodePage(read.value).entries : []),
        );
      }
      this.#told = pages;
      const inherited = all.flatMap((page) => [...page.entries.values()]);
      if (inherited.length > 0) onOrphans(inherited, true);
      return all;
    }
  }

  #page(number: number, version: number, entries: readonly DurableEntry[]): ListPage {
    const { node, incarnation } = this.#init;
    const page = new ListPage(
      { registers: this.#components.registers, isOurs: () => this.#isOurs() },
      { node, incarnation, number, version, pages: () => this.#pages.length },
    );
    for (const entry of entries) {
      const held: HeldEntry = { ...entry, holders: new Set([INHERITED]) };
      page.put(keyOf(entry.tenant, entry.name), held);
    }
    return page;
  }

  #pageOf(key: string): ListPage | undefined {
    return this.#pages.find(({ entries }) => entries.has(key));
  }

  #roomyPage(entry: DurableEntry): ListPage | undefined {
    return this.#pages.find(({ bytes }) => bytes + sizeOf(entry) <= PAGE_BYTES);
  }

  async #addPage(): Promise<void> {
    const number = this.#pages.length;
    const key = pageKey(this.#init.node, number);
    const { version } = await this.#components.registers.read(key);
    // Others may have added it meanwhile.
    if (this.#pages.length === number) this.#pages.push(this.#page(number, version, []));
  }

  /** Has the first page say how many there are, before anybody relies on what stands on a new one. */
  async #announce(): Promise<void> {
    const pages = this.#pages.length;
    if (this.#told >= pages) return;
    await this.#pages[0]!.flush();
    this.#told = Math.max(this.#told, pages);
  }

  /** The first page says whose the list is. */
  async #isOurs(): Promise<boolean> {
    const { node, incarnation } = this.#init;
    const { value } = await this.#components.registers.read(pageKey(node, 0));
    if (value === undefined) return true;
    const page = decodePage(value);
    return page.incarnation === incarnation && page.taker === undefined;
  }

  #tidyLater(page: ListPage): void {
    this.#untidy.add(page);
    if (this.#closed) return;
    this.#cancel ??= this.#components.clock.after(TIDY_AFTER_MS, () => {
      this.#cancel = undefined;
      for (const each of this.#untidy) void this.#tidy(each);
      this.#untidy.clear();
    });
  }

  async #tidy(page: ListPage): Promise<void> {
    try {
      await page.flush();
    } catch (error) {
      if (this.#closed) return;
      this.#components.logger.debug('the list of durable vTasks was not written', {
        reason: (error as Error).message,
      });
      this.#tidyLater(page);
    }
  }
}
