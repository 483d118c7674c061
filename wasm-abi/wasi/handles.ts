import { trap } from '#posiv-wit/abi/trap.ts';
import type { Resources } from './resources.ts';

/**
 * A table of handles as the transpiler's code has it: two numbers for each handle, of which the second is the
 * representation with `OWN` set where the handle owns it. The first pair is the head of the list of free handles.
 */
export type HandleTable = number[];

const OWN = 1 << 30;

/**
 * The tables that one function may use: one for each kind of resource in its signature. Their order is the transpiler's
 * affair; which is which is told by what is in them.
 */
export class Handles {
  readonly #tables: readonly HandleTable[];
  readonly #resources: Resources;

  constructor(tables: readonly HandleTable[], resources: Resources) {
    this.#tables = tables;
    this.#resources = resources;
  }

  /** The resource that a guest means. Traps where it is none of this kind. */
  get<T extends object>(handle: number, kind: abstract new (...params: never[]) => T): T {
    for (const table of this.#tables) {
      const thing = this.#lookUp(table, handle);
      if (thing instanceof kind) return thing;
    }
    return noSuchHandle(handle);
  }

  /** Gives the guest a resource. Of a method, `self` and what is behind it: its table is not the new handle's. */
  open(thing: object, self?: { readonly handle: number; readonly thing: object }): number {
    const table = this.#tables.find(
      (each) => self === undefined || this.#lookUp(each, self.handle) !== self.thing,
    );
    if (!table) return trap('the function gives no such resource');
    const rep = this.#resources.add(thing) | OWN;
    const free = (table[0] ?? 0) & ~OWN;
    if (free === 0) return (table.push(0, rep) >> 1) - 1;
    table[0] = table[free << 1] ?? OWN;
    table[free << 1] = 0;
    table[(free << 1) + 1] = rep;
    return free;
  }

  #lookUp(table: HandleTable, handle: number): object | undefined {
    const at = (handle >>> 0) * 2;
    // Of a free handle the first number has the flag: it links to the next one.
    if (at === 0 || ((table[at] ?? OWN) & OWN) !== 0) return undefined;
    return this.#resources.get((table[at + 1] ?? 0) & ~OWN);
  }
}

export function noSuchHandle(handle: number): never {
  return trap(`${handle >>> 0} is no handle of such a resource`);
}
