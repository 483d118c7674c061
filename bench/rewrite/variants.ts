import {
  attachPreemption,
  NOT_PREEMPTED,
  preemptionImports,
  runStart,
} from '#wasm-abi/bind/preemption.ts';
import { MEMORY_MODULE } from '#wasm-abi/rewrite/reserved-names.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';

/** How a module is measured: as it is, or rewritten, with checks that find nothing to do. */
export const VARIANTS = ['not rewritten', 'epoch', 'fuel'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Fuel for a whole measurement. */
const MUCH_FUEL = 2_000_000_000;

export type Instantiate = (
  imports?: WebAssembly.Imports,
) => Promise<{ readonly exports: WebAssembly.Exports; readonly refuel: () => void }>;

/** Compiles a module once, and makes instances of it. */
export function compile(bytes: Uint8Array, variant: Variant): Instantiate {
  const original = new Uint8Array(bytes);
  if (variant === 'not rewritten') {
    const module = new WebAssembly.Module(original);
    return async (imports = {}) => {
      const { exports } = new WebAssembly.Instance(module, imports);
      return { exports, refuel: () => undefined };
    };
  }
  const rewritten = rewriteModule(original, { mode: variant });
  const module = new WebAssembly.Module(rewritten.bytes);
  return async (imports = {}) => {
    const memories = rewritten.memories.map(
      ({ min, max = 65_536 }, index) =>
        [`memory${index}`, new WebAssembly.Memory({ initial: min, maximum: max })] as const,
    );
    const { exports } = new WebAssembly.Instance(module, {
      ...imports,
      ...preemptionImports(NOT_PREEMPTED),
      [MEMORY_MODULE]: Object.fromEntries(memories),
    });
    attachPreemption(exports, NOT_PREEMPTED);
    await runStart(exports);
    const fuel = exports['vstar:fuel'] as WebAssembly.Global | undefined;
    return {
      exports,
      refuel: () => {
        if (fuel) fuel.value = MUCH_FUEL;
      },
    };
  };
}
