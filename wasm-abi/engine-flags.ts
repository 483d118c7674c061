import { setFlagsFromString } from 'node:v8';

/**
 * Has the engine heed, in this process from now on, which functions are to be compiled with their module
 * (`rewrite/compile-ahead.ts`). It still calls that experimental; what a tenant's module says of it does not get here.
 */
export function heedCompilationHints(): void {
  setFlagsFromString('--experimental-wasm-compilation-hints');
}
