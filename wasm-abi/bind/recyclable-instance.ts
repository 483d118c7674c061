import { InstanceRecycledError } from '../errors.ts';
import { type CallsInside, callsInside, CoreExports } from './core-exports.ts';
import { discarded } from './discard.ts';
import { enter, type Hibernated, type State } from './hibernated.ts';
import type { HostBinding } from './host-binding.ts';
import type { LinkedInstance } from './linked-instance.ts';
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

/** Whom an instance is for now; its imports ask it for their owner. */
export interface Holder extends Wanted {
  host: HostBinding;
  preemption: Preemption;
}

/** For whoever asks for an instance. */
export function holderOf(
  host: HostBinding,
  init: { readonly maxPages: number; readonly preemption?: Preemption },
): Holder {
  return { host, maxPages: init.maxPages, preemption: init.preemption ?? NOT_PREEMPTED };
}

interface RecyclableInit {
  readonly owner: object;
  /** As its start left it. */
  readonly linked: LinkedInstance;
  /** The interfaces that the image exports. */
  readonly exports: readonly string[];
  /** All of its cores that can be changed. */
  readonly globals: readonly WebAssembly.Global[];
  readonly pristine: Pristine;
  readonly spares: Spares<Wanted, RecyclableInstance>;
  readonly holder: Holder;
}

/** In place of the last host: nothing can call it, for nothing of an instance that is put back runs. */
const NOBODY: HostBinding = { resolve: () => undefined, write: () => undefined };

/**
 * Of an instance that is to hibernate: looking through more would hold up its lane, 300 us a megabyte; and where more of it has
 * changed than this, little would be saved.
 */
const MAX_HIBERNATED_BYTES = 2 << 20;
const MAX_CHANGED_BYTES = 64 << 10;

/** An instance that serves one after the other: what was bound once is kept, and only whom it is for changes. */
export class RecyclableInstance implements Spare<Wanted> {
  readonly owner: object;
  readonly exports: CoreExports;
  readonly #init: RecyclableInit;
  readonly #inside: CallsInside;
  readonly #family: object | undefined;
  readonly #flag: WebAssembly.Memory;
  readonly #fuelSlice: number | undefined;
  /** What its start left in each core, in fuel mode. */
  readonly #fuels: readonly number[];
  readonly #slots: readonly unknown[];
  #lease: Lease | undefined;
  /** It was given back and cannot be used again. */
  #usedUp = false;
  /** Whether its memories have another limit than it started with. */
  #limited = false;

  constructor(init: RecyclableInit) {
    const { owner, linked, exports, holder } = init;
    const { cores, outside } = linked;
    this.owner = owner;
    this.#inside = callsInside(holder);
    this.exports = new CoreExports(linked, exports, this.#inside);
    this.#init = init;
    this.#family = holder.host.family;
    this.#flag = holder.preemption.flag;
    this.#fuelSlice = holder.preemption.fuelSlice;
    this.#fuels = cores.map(({ checks }) => checks?.fuel?.value as number);
    this.#slots = [...outside.slots];
  }

  get bytes(): number {
    return this.#init.linked.memories.bytes();
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

  limitMemory(maxPages: number): void {
    this.#init.linked.memories.limit(maxPages);
    this.#limited = true;
  }

  isHeldBy(lease: Lease): boolean {
    return this.#lease === lease;
  }

  /** Takes it back. @returns bytes that are left to be collected: its own if it is used up, or of those that it replaces */
  giveBack(lease: Lease, state?: State): number {
    if (this.#lease !== lease) return 0;
    this.#lease = undefined;
    const { pristine, linked, globals, spares } = this.#init;
    const { cores, memories, outside } = linked;
    this.#usedUp =
      this.#inside.count > 0 ||
      outside.touched ||
      !pristine.restore(memories.views(), globals, state);
    if (this.#usedUp) return this.bytes;
    for (let index = 0; index < cores.length; index++) {
      const fuel = cores[index]!.checks?.fuel;
      if (fuel) fuel.value = this.#fuels[index];
    }
    for (let index = 0; index < this.#slots.length; index++)
      outside.slots[index] = this.#slots[index];
    if (this.#limited) memories.limit(this.#init.holder.maxPages);
    this.#limited = false;
    this.#rebind(NOBODY, NOT_PREEMPTED);
    return spares.put(this);
  }

  /** Takes it back, and gives what has become of it; undefined where that is too much, or there is a call in it. */
  hibernate(lease: Lease): { readonly from: Hibernated; readonly left: number } | undefined {
    const { pristine, linked, globals, holder } = this.#init;
    const { cores, memories, outside } = linked;
    if (this.#lease !== lease || this.#inside.count > 0 || outside.touched) return undefined;
    if (this.bytes > MAX_HIBERNATED_BYTES) return undefined;
    const state = pristine.stateOf(memories.all, globals, MAX_CHANGED_BYTES);
    if (!state) return undefined;
    const from: Hibernated = {
      maxPages: holder.maxPages,
      memoryBytes: this.bytes,
      state,
      slots: [...outside.slots],
      fuels: cores.map(({ checks }) => checks?.fuel?.value as number),
    };
    return { from, left: this.giveBack(lease, state) };
  }

  /** Once it is not to be used again. */
  discard(lease: Lease): Iterator<number> | undefined {
    if (this.#lease !== lease && !this.#usedUp) return undefined;
    this.#lease = undefined;
    return discarded(this.#init.linked.memories.all);
  }

  /** Goes on, pristine as it is, where another of the same program has left off. */
  wake({ state, slots, fuels }: Hibernated): void {
    const { linked, globals } = this.#init;
    enter(state, linked.memories.all, globals);
    for (const [index, { checks }] of linked.cores.entries())
      if (checks?.fuel) checks.fuel.value = fuels[index];
    for (const [index, value] of slots.entries()) linked.outside.slots[index] = value;
  }

  #rebind(host: HostBinding, preemption: Preemption): void {
    const { holder, linked } = this.#init;
    holder.host = host;
    holder.preemption = preemption;
    for (const { checks } of linked.cores) if (checks) checks.preemption = preemption;
  }
}

/** The instance as one of those sees it whom it is for in turn: with its end all of it ends. */
export class Lease {
  readonly #instance: RecyclableInstance;

  constructor(instance: RecyclableInstance) {
    this.#instance = instance;
  }

  get exports(): ReadonlySet<string> {
    return this.#instance.exports.names;
  }

  lift(name: string): ((...params: readonly unknown[]) => Promise<unknown>) | undefined {
    const instance = this.#instance;
    const lifted = instance.exports.lift(name);
    return (
      lifted &&
      ((...params) => {
        if (!instance.isHeldBy(this)) throw new InstanceRecycledError(name);
        return lifted(...params);
      })
    );
  }

  memoryBytes(): number {
    return this.#instance.isHeldBy(this) ? this.#instance.bytes : 0;
  }

  limitMemory(maxPages: number): void {
    if (this.#instance.isHeldBy(this)) this.#instance.limitMemory(maxPages);
  }

  recycle(): number {
    return this.#instance.giveBack(this);
  }

  discard(): Iterator<number> | undefined {
    return this.#instance.discard(this);
  }

  hibernate(): { readonly from: Hibernated; readonly left: number } | undefined {
    return this.#instance.hibernate(this);
  }

  wake(from: Hibernated): void {
    this.#instance.wake(from);
  }
}
