import { setFlagsFromString } from 'node:v8';

/**
 * Gives the threads that are begun from now on a way to give memory back to the system without a collection (`bind/discard.ts`).
 * The engine still calls that experimental; no code of a tenant has it.
 */
export function controlMemory(): void {
  setFlagsFromString('--experimental-wasm-memory-control');
}

/**
 * Has the engine heed, in this process from now on, which functions are to be compiled with their module
 * (`rewrite/compile-ahead.ts`). It still calls that experimental; what a tenant's module says of it does not get here.
 */
export function heedCompilationHints(): void {
  setFlagsFromString('--experimental-wasm-compilation-hints');
}
