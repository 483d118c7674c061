import type { Awaitable } from '#posiv-wit/result.ts';
import { InstanceRecycledError } from '../errors.ts';
import type { LinkedCore } from './core.ts';
import { type CallsInside, CoreExports } from './core-exports.ts';
import type { HostBinding } from './host-binding.ts';
import type { InstanceMemories } from './memories.ts';
import { NOT_PREEMPTED, type Preemption } from './preemption.ts';
import type { Pristine } from './pristine.ts';
import type { Spare, Spares } from './spares.ts';

/** What whoever starts an instance gives to it. */
export interface Wanted {
  readonly host: HostBinding;
  /** Pages of 64 KiB that all of its memories together may come to have. */
  readonly maxPages: number;
  readonly preemption: Preemption;
}

/** Whom a core instance is for now; its imports ask it for their owner. */
export interface Holder extends Wanted {
  host: HostBinding;
}

export interface RecyclableInit {
  readonly owner: object;
  readonly core: LinkedCore;
  /** The interfaces that the image exports. */
  readonly exports: readonly string[];
  readonly memories: InstanceMemories;
  /** All of the module's that can be changed. */
  readonly globals: readonly WebAssembly.Global[];
  readonly pristine: Pristine;
  readonly spares: Spares<Wanted, RecyclableCore>;
  readonly holder: Holder;
}

/** In place of the last host: nothing can call it, for nothing of an instance that is put back runs. */
const NOBODY: HostBinding = { resolve: () => undefined, write: () => undefined };

/** A core instance that serves one after the other: what was bound once is kept, and only whom it is for changes. */
export class RecyclableCore implements Spare<Wanted> {
  readonly owner: object;
  readonly exports: CoreExports;
  readonly memories: InstanceMemories;
  readonly #init: RecyclableInit;
  readonly #inside: CallsInside = { count: 0 };
  readonly #family: object | undefined;
  readonly #flag: WebAssembly.Memory;
  readonly #fuelSlice: number | undefined;
  /** What its start left of it, in fuel mode. */
  readonly #fuel: number;
  #lease: Lease | undefined;

  constructor(init: RecyclableInit) {
    const { owner, core, exports, memories, holder } = init;
    this.owner = owner;
    this.memories = memories;
    this.exports = new CoreExports([core], exports, this.#inside);
    this.#init = init;
    this.#family = holder.host.family;
    this.#flag = holder.preemption.flag;
    this.#fuelSlice = holder.preemption.fuelSlice;
    this.#fuel = core.checks?.fuel?.value as number;
  }

  get bytes(): number {
    return this.memories.bytes();
  }

  fits({ host, maxPages, preemption }: Wanted): boolean {
    return (
      maxPages === this.#init.holder.maxPages &&
      host.family === this.#family &&
      preemption.flag === this.#flag &&
      preemption.fuelSlice === this.#fuelSlice
    );
  }

  /** Gives it to the next one. */
  lease({ host, preemption }: Wanted): Lease {
    this.#rebind(host, preemption);
    this.#lease = new Lease(this);
    return this.#lease;
  }

  isHeldBy(lease: Lease): boolean {
    return this.#lease === lease;
  }

  /** Takes it back. @returns bytes that are left to be collected: its own if it is used up, or of those that it replaces */
  giveBack(lease: Lease): number {
    if (this.#lease !== lease) return 0;
    this.#lease = undefined;
    const { pristine, memories, globals, core, spares } = this.#init;
    if (this.#inside.count > 0 || !pristine.restore(memories.all, globals)) return this.bytes;
    const fuel = core.checks?.fuel;
    if (fuel) fuel.value = this.#fuel;
    this.#rebind(NOBODY, NOT_PREEMPTED);
    return spares.put(this);
  }

  #rebind(host: HostBinding, preemption: Preemption): void {
    const { holder, core } = this.#init;
    holder.host = host;
    if (core.checks) core.checks.preemption = preemption;
  }
}

/** The instance as one of those sees it whom it is for in turn: with its end all of it ends. */
export class Lease {
  readonly #core: RecyclableCore;

  constructor(core: RecyclableCore) {
    this.#core = core;
  }

  get exports(): ReadonlySet<string> {
    return this.#core.exports.names;
  }

  lift(name: string): ((...params: readonly unknown[]) => Awaitable<unknown>) | undefined {
    const core = this.#core;
    const lifted = core.exports.lift(name);
    return (
      lifted &&
      ((...params) => {
        if (!core.isHeldBy(this)) throw new InstanceRecycledError(name);
        return lifted(...params);
      })
    );
  }

  memoryBytes(): number {
    return this.#core.isHeldBy(this) ? this.#core.bytes : 0;
  }

  recycle(): number {
    return this.#core.giveBack(this);
  }
}
