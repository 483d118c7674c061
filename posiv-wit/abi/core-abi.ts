/**
 * What the Canonical ABI needs of an instance. It is read at each call, so it may be completed after `lower`, when the
 * instance exists. Give all functions of an instance the same object: they share one cached view of its memory.
 */
export interface CoreAbi {
  readonly memory: WebAssembly.Memory;
  /** The guest's `cabi_realloc`. */
  readonly realloc: (old: number, oldSize: number, align: number, size: number) => number;
}
