import type { Limits } from '../binary/core-module.ts';
import { MemoryQuotaError, UnsupportedImageError } from '../errors.ts';
import type { Preparation } from '../prepared.ts';
import { MOST_PAGES } from '../rewrite/memory-growth.ts';
import { MEMORY_MODULE } from '../rewrite/reserved-names.ts';

/**
 * What a memory may grow by that is not the image's main one. Runtimes have small memories for stubs of WASI beside the
 * program's: they start with nothing and take a page or two.
 */
const SIDE_ROOM_PAGES = 16;

/**
 * The memories of one instance: together they never exceed its quota. wasm has no limit for several memories together,
 * so each gets its own: what it starts with, a little room, and the largest one all that is left. It is looked at by the code
 * that grows them, so it can be changed while that runs.
 */
export class InstanceMemories {
  readonly #preparation: Preparation;
  readonly #planned: readonly Limits[];
  readonly #made: WebAssembly.Memory[] = [];
  /** The bytes of each, until it grows. */
  readonly #views: Uint8Array<ArrayBuffer>[] = [];
  /** Pages of 64 KiB that each may come to have, by growing. */
  #most: readonly number[];
  readonly #limits: { readonly memory: number; readonly global: WebAssembly.Global }[] = [];
  #next = 0;

  /** @throws {quota-exceeded} */
  constructor(preparation: Preparation, maxPages: number) {
    const { instantiations, modules } = preparation;
    this.#preparation = preparation;
    this.#planned = instantiations.flatMap((file) => modules[file]?.memories ?? []);
    const needed = pagesOf(this.#planned);
    if (needed > maxPages) throw new MemoryQuotaError(needed, maxPages);
    this.#most = share(this.#planned, maxPages);
  }

  /**
   * The memories for the next instance of a core module, as its imports; undefined where it needs none.
   * @throws {unsupported-image} if the instances come in another order than planned
   */
  importsOfNext(file: string): WebAssembly.ModuleImports | undefined {
    const { instantiations, modules } = this.#preparation;
    if (instantiations[this.#next++] !== file)
      throw new UnsupportedImageError('its instances are not made in the order that was planned');
    const memories = modules[file]?.memories ?? [];
    if (memories.length === 0) return undefined;
    const imports: WebAssembly.ModuleImports = {};
    for (const [index, { min, max = MOST_PAGES }] of memories.entries()) {
      const memory = new WebAssembly.Memory({ initial: min, maximum: Math.min(max, MOST_PAGES) });
      this.#made.push(memory);
      this.#views.push(new Uint8Array(memory.buffer));
      imports[`memory${index}`] = memory;
    }
    return imports;
  }

  /** Holds a new instance of a core module to the limits of the memories that it grows; before anything of it runs. */
  hold(file: string, imports: WebAssembly.Imports, exports: WebAssembly.Exports): void {
    for (const { limit, module, name } of this.#preparation.modules[file]?.growable ?? []) {
      const memory = this.#made.indexOf(imports[module]?.[name] as WebAssembly.Memory);
      const global = exports[limit] as WebAssembly.Global;
      this.#limits.push({ memory, global });
      global.value = this.#most[memory] ?? 0; // of a stranger's nothing is known
    }
  }

  /** Changes the pages of 64 KiB that they may come to have together. What is more already stays, and grows no further. */
  limit(maxPages: number): void {
    this.#most = share(this.#planned, maxPages);
    for (const { memory, global } of this.#limits) global.value = this.#most[memory] ?? 0;
  }

  /** Those that have been made so far. */
  get all(): readonly WebAssembly.Memory[] {
    return this.#made;
  }

  /** The bytes of each, valid until anything of the instance runs. */
  views(): readonly Uint8Array<ArrayBuffer>[] {
    const views = this.#views;
    for (let index = 0; index < views.length; index++)
      if (views[index]!.length === 0) views[index] = new Uint8Array(this.#made[index]!.buffer); // it has grown, or has none
    return views;
  }

  /** Bytes of linear memory that the instance holds now. */
  bytes(): number {
    const views = this.views();
    let sum = 0;
    for (let index = 0; index < views.length; index++) sum += views[index]!.length;
    return sum;
  }
}

export { MEMORY_MODULE };

function share(memories: readonly Limits[], maxPages: number): number[] {
  let left = Math.max(0, maxPages - pagesOf(memories));
  const main = memories.findIndex(
    ({ min }) => min === Math.max(...memories.map((each) => each.min)),
  );
  const room = Math.min(SIDE_ROOM_PAGES, Math.floor(left / (4 * Math.max(1, memories.length - 1))));
  const maximums = memories.map(({ min, max = MOST_PAGES }, index) => {
    if (index === main) return min;
    const more = Math.min(room, Math.max(0, max - min));
    left -= more;
    return min + more;
  });
  const first = memories[main];
  if (first) maximums[main] = Math.min(first.max ?? MOST_PAGES, first.min + left, MOST_PAGES);
  return maximums;
}

/** That they start with. */
function pagesOf(memories: readonly Limits[]): number {
  return memories.reduce((sum, { min }) => sum + min, 0);
}
