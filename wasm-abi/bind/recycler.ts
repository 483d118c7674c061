import { guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import type { LinkedCore } from './core.ts';
import type { InstanceMemories } from './memories.ts';
import { Pristine } from './pristine.ts';
import { type Holder, RecyclableCore, type Wanted } from './recyclable-core.ts';
import type { Spares } from './spares.ts';

/**
 * A new instance's memory costs little until it is touched, while putting back goes through all of it: 17 pages take 40 us,
 * a new instance 200; some way above a new one is cheaper.
 */
const MAX_BYTES = 32 * 65_536;

/** Of different quotas of memory; vTasks of one image mostly have the same. */
const MAX_PRISTINE = 4;

/** The spare instances of a lane. */
export type ProgramSpares = Spares<Wanted, RecyclableCore>;

export interface RecyclerInit {
  /** The names under which all mutable globals of the module are exported. */
  readonly globals: readonly string[];
  /** The interfaces that the image exports. */
  readonly exports: readonly string[];
  readonly spares: ProgramSpares;
}

/** Has ended instances of one program used again for others. */
export class Recycler {
  readonly #init: RecyclerInit;
  /** By the pages that memory may have, for a start may go by that; the oldest first. */
  readonly #pristine = new Map<number, Pristine>();

  constructor(init: RecyclerInit) {
    this.#init = init;
  }

  /** A spare instance, if there is one. */
  take(wanted: Wanted): RecyclableCore | undefined {
    return this.#init.spares.take(this, wanted);
  }

  /**
   * Takes in a new instance of which only the start function and `_initialize` have run. What these leave is the same for
   * everybody unless they called the host: wasm computes the same whenever it is given the same.
   * @returns undefined if it can be used only once
   */
  adopt(core: LinkedCore, memories: InstanceMemories, holder: Holder): RecyclableCore | undefined {
    if (!holder.host.family || memories.bytes() > MAX_BYTES) return undefined;
    if (guestMemory(core.abi).used || core.checks?.refuelled) return undefined;
    const globals = this.#init.globals.map((name) => core.exports[name] as WebAssembly.Global);
    const pristine = this.#pristineOf(holder.maxPages, memories, globals);
    if (!pristine) return undefined;
    const { exports, spares } = this.#init;
    return new RecyclableCore({
      owner: this,
      core,
      exports,
      memories,
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
    const known = this.#pristine.get(maxPages);
    if (known) return known;
    const pristine = Pristine.of(memories.all, globals);
    if (!pristine) return undefined;
    this.#pristine.set(maxPages, pristine);
    const [oldest] = this.#pristine.keys();
    if (this.#pristine.size > MAX_PRISTINE) this.#pristine.delete(oldest!);
    return pristine;
  }
}
