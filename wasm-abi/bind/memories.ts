import type { Limits } from '../binary/core-module.ts';
import { MemoryQuotaError, UnsupportedImageError } from '../errors.ts';
import type { Preparation } from '../prepared.ts';
import { MEMORY_MODULE } from '../rewrite/reserved-names.ts';

/**
 * What a memory may grow by that is not the image's main one. Runtimes have small memories for stubs of WASI beside the
 * program's: they start with nothing and take a page or two.
 */
const SIDE_ROOM_PAGES = 16;

/** The most that a memory can have by the specification: 4 GiB. */
const MOST_PAGES = 65_536;

/**
 * The memories of one instance: together they never exceed its quota. wasm has no maximum for several memories together,
 * so each gets its own: what it starts with, a little room, and the largest one all that is left.
 */
export class InstanceMemories {
  readonly #plan: readonly {
    file: string;
    maximums: readonly number[];
    memories: readonly Limits[];
  }[];
  readonly #made: WebAssembly.Memory[] = [];
  #next = 0;

  /** @throws {quota-exceeded} */
  constructor(preparation: Preparation, maxPages: number) {
    const definitions = preparation.instantiations.map((file) => ({
      file,
      memories: preparation.modules[file]?.memories ?? [],
    }));
    const maximums = share(
      definitions.flatMap((each) => each.memories),
      maxPages,
    );
    let at = 0;
    this.#plan = definitions.map(({ file, memories }) => {
      const from = at;
      at += memories.length;
      return { file, memories, maximums: maximums.slice(from, at) };
    });
  }

  /**
   * The memories for the next instance of a core module, as its imports; undefined where it needs none.
   * @throws {unsupported-image} if the instances come in another order than planned
   */
  importsOfNext(file: string): WebAssembly.ModuleImports | undefined {
    const planned = this.#plan[this.#next++];
    if (planned?.file !== file)
      throw new UnsupportedImageError('its instances are not made in the order that was planned');
    if (planned.memories.length === 0) return undefined;
    const imports: WebAssembly.ModuleImports = {};
    for (const [index, { min }] of planned.memories.entries()) {
      const memory = new WebAssembly.Memory({
        initial: min,
        maximum: planned.maximums[index] ?? min,
      });
      this.#made.push(memory);
      imports[`memory${index}`] = memory;
    }
    return imports;
  }

  /** Those that have been made so far. */
  get all(): readonly WebAssembly.Memory[] {
    return this.#made;
  }

  /** Bytes of linear memory that the instance holds now. */
  bytes(): number {
    return this.#made.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  }
}

export { MEMORY_MODULE };

function share(memories: readonly Limits[], maxPages: number): number[] {
  const needed = memories.reduce((sum, { min }) => sum + min, 0);
  if (needed > maxPages) throw new MemoryQuotaError(needed, maxPages);
  let left = maxPages - needed;
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
