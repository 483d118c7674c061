/** The types of core wasm that POSIV is made of. */
export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/**
 * What the Canonical ABI needs of an instance. It is read at each call, so it may be completed after `lower`, when the
 * instance exists. Give all functions of an instance the same object: they share one cached view of its memory.
 */
export interface CoreAbi {
  readonly memory: WebAssembly.Memory;
  /** The guest's `cabi_realloc`. Only wasm calls it: see `GuestMemory.store`. */
  readonly realloc: (old: number, oldSize: number, align: number, size: number) => number;
}
