import type { Registers } from '#kernel/registers.ts';
import { UnreachableError } from '#node/errors.ts';
import { encodePage, pageKey, sizeOf } from '#node/failover/page-format.ts';
import type { DurableEntry } from '#posiv-wit/generated/wire.ts';

/** An entry, and the vTasks that it is kept for. */
export interface HeldEntry {
  readonly tenant: string;
  readonly name: string;
  restarts: number;
  readonly holders: Set<string>;
}

export interface ListPageComponents {
  readonly registers: Registers;
  /** Whether the list still is this life's to write; asked when the page has been changed by another. */
  readonly isOurs: () => Promise<boolean>;
}

export interface ListPageInit {
  readonly node: string;
  readonly incarnation: number;
  /** Its number. */
  readonly number: number;
  /** Of its register, as last read. */
  readonly version: number;
  /** How many pages the list has, for the first one to say. */
  readonly pages: () => number;
}

/**
 * A page of this node's list, which is written as a whole: one write at a time, with all that has come meanwhile in the next
 * one. So thousands that are made at the same time cost a few writes.
 */
export class ListPage {
  readonly entries = new Map<string, HeldEntry>();
  readonly #components: ListPageComponents;
  readonly #init: ListPageInit;
  #version: number;
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(components: ListPageComponents, init: ListPageInit) {
    this.#components = components;
    this.#init = init;
    this.#version = init.version;
  }

  /** What its entries take, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  put(key: string, entry: HeldEntry): void {
    this.entries.set(key, entry);
    this.#bytes += sizeOf(entry);
  }

  drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined && this.entries.delete(key)) this.#bytes -= sizeOf(entry);
  }

  /** Resolves once a state of it that is no older than the call is durable. @throws {unreachable} */
  flush(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
      });
      return this.#writing;
    }
    this.#next ??= this.#writing
      .catch(() => {}) // told to those who waited for it
      .then(() => {
        this.#next = undefined;
        return this.flush();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const { registers, isOurs } = this.#components;
    const { node, incarnation, number, pages } = this.#init;
    for (;;) {
      const entries: DurableEntry[] = [...this.entries.values()].map(
        ({ tenant, name, restarts }) => ({ tenant, name, restarts }),
      );
      const value = encodePage({
        incarnation,
        taker: undefined,
        pages: number === 0 ? pages() : 0,
        entries,
      });
      const after = await registers.swap(pageKey(node, number), this.#version, value);
      // If not, by an attempt of ours whose outcome was not known, or by others who took this node for lost.
      if (!after.written && !(await isOurs()))
        throw new UnreachableError('this node was taken for lost, and its list taken over');
      this.#version = after.version;
      if (after.written) return;
    }
  }
}
