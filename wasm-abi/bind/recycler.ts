import { guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import { WASI_PREVIEW_1 } from '../inspect.ts';
import type { Preparation } from '../prepared.ts';
import { isWasi } from '../wasi/catalogue.ts';
import { commandInterface } from '../wasi/command.ts';
import type { LinkedInstance } from './linked-instance.ts';
import type { InstanceMemories } from './memories.ts';
import { Pristine } from './pristine.ts';
import { type Holder, RecyclableInstance, type Wanted } from './recyclable-instance.ts';
import type { Spares } from './spares.ts';

/**
 * Putting back goes through all of a memory, and a new one costs the more the larger it is, too, untouched as it may be: with
 * 128 pages a core image takes 230 us against 550, a component of three cores 220 against 1,280; with 256 pages, more than
 * the processor's cache holds, a core image takes as long as a new one.
 */
const MAX_BYTES = 128 * PAGE_BYTES;

/** Of what is not zero in one program's memories after its start, kept for all quotas. A large one has hundreds of KB. */
const MAX_PRISTINE_BYTES = 4 << 20;

/** Of all cores of an instance. QuickJS has some twenty; each takes some 50 ns to be put back. */
const MAX_GLOBALS = 256;

/** Of different quotas of memory; vTasks of one image mostly have the same. */
const MAX_PRISTINE = 4;

/** The spare instances of a lane. */
export type ProgramSpares = Spares<Wanted, RecyclableInstance>;

interface RecyclerInit {
  /** The names under which each file's module exports all that are mutable. */
  readonly globals: ReadonlyMap<string, readonly string[]>;
  /** The interfaces that the image exports. */
  readonly exports: readonly string[];
  readonly spares: ProgramSpares;
}

/** Has ended instances of one program used again for others. */
export class Recycler {
  readonly #init: RecyclerInit;
  /** By the pages that memory may have, for a start may go by that; the oldest first. */
  readonly #pristine = new Map<number, Pristine | undefined>();

  private constructor(init: RecyclerInit) {
    this.#init = init;
  }

  /**
   * Of an image all of whose modules can be put back. WASI keeps what it knows of a program outside of its instance, so
   * what imports it is used once, and so is a command, of whose calls nobody counts which have returned.
   * @returns undefined if its instances are used once
   */
  static of(preparation: Preparation, spares: ProgramSpares): Recycler | undefined {
    const { description, instantiations, modules } = preparation;
    const { kind, imports, exports } = description;
    if (kind === 'wasi-command' || commandInterface(description) !== undefined) return undefined;
    if (imports.some((name) => isWasi(name) || name === WASI_PREVIEW_1)) return undefined;
    const globals = new Map<string, readonly string[]>();
    let all = 0;
    for (const file of instantiations) {
      const recycling = modules[file]?.recycling;
      if (!recycling || 'obstacle' in recycling) return undefined;
      globals.set(file, recycling.globals);
      all += recycling.globals.length;
    }
    return all > MAX_GLOBALS ? undefined : new Recycler({ globals, exports, spares });
  }

  /** A spare instance, if there is one. */
  take(wanted: Wanted): RecyclableInstance | undefined {
    return this.#init.spares.take(this, wanted);
  }

  /**
   * Takes in a new instance of which only the start functions and `_initialize` have run. What these leave is the same for
   * everybody unless they called the host: wasm computes the same whenever it is given the same.
   * @returns undefined if it can be used only once
   */
  adopt(linked: LinkedInstance, holder: Holder): RecyclableInstance | undefined {
    const { cores, memories, abis, outside } = linked;
    if (!holder.host.family || memories.bytes() > MAX_BYTES || outside.touched) return undefined;
    if (abis.some((abi) => guestMemory(abi).used)) return undefined;
    if (cores.some(({ checks }) => checks?.refuelled)) return undefined;
    const { globals: names, exports, spares } = this.#init;
    const globals = cores.flatMap(({ file, exports: made }) =>
      (names.get(file) ?? []).map((name) => made[name] as WebAssembly.Global),
    );
    const pristine = this.#pristineOf(holder.maxPages, memories, globals);
    if (!pristine) return undefined;
    return new RecyclableInstance({
      owner: this,
      linked,
      exports,
      globals,
      pristine,
      spares,
      holder,
    });
  }

  /** What such an instance is put back to, taken from this one if it is the first. */
  #pristineOf(
    maxPages: number,
    memories: InstanceMemories,
    globals: readonly WebAssembly.Global[],
  ): Pristine | undefined {
    if (this.#pristine.has(maxPages)) return this.#pristine.get(maxPages);
    const made = Pristine.of(memories.all, globals);
    const pristine = made && made.bytes <= MAX_PRISTINE_BYTES ? made : undefined;
    this.#pristine.set(maxPages, pristine);
    for (const oldest of this.#pristine.keys()) {
      if (this.#pristine.size <= MAX_PRISTINE && this.#pristineBytes() <= MAX_PRISTINE_BYTES) break;
      this.#pristine.delete(oldest);
    }
    return pristine;
  }

  #pristineBytes(): number {
    return [...this.#pristine.values()].reduce((sum, each) => sum + (each?.bytes ?? 0), 0);
  }
}
