import { attachPreemption, NOT_PREEMPTED, preemptionImports } from '#wasm-abi/bind/preemption.ts';
import type { Preemption } from '#wasm-abi/load.ts';
import type { CheckMode } from '#wasm-abi/rewrite/checks.ts';
import { MEMORY_MODULE } from '#wasm-abi/rewrite/reserved-names.ts';
import type { Recycling } from '#wasm-abi/rewrite/recycling.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';

/** Each way in which a module can be run: as it is, and rewritten. */
export const WAYS = ['as it is', 'epoch', 'fuel'] as const;

export interface Running {
  readonly exports: WebAssembly.Exports;
  /** The memories that it was given, if it was rewritten. */
  readonly memories: readonly WebAssembly.Memory[];
  /** How it is put back, if it was rewritten. */
  readonly recycling?: Recycling;
}

/** Makes an instance of a module, rewritten or not; its start function, if it was stripped, is still to be run. */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  way: (typeof WAYS)[number],
  imports: WebAssembly.Imports = {},
  preemption: Preemption = NOT_PREEMPTED,
): Running {
  if (way === 'as it is') {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    return { exports, memories: [] };
  }
  const mode: CheckMode = way;
  const rewritten = rewriteModule(bytes, { mode });
  const memories = rewritten.memories.map(
    ({ min, max = 65_536 }) => new WebAssembly.Memory({ initial: min, maximum: max }),
  );
  const given = Object.fromEntries(memories.map((memory, index) => [`memory${index}`, memory]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes), {
    ...imports,
    ...preemptionImports(preemption),
    [MEMORY_MODULE]: given,
  });
  attachPreemption(exports, preemption);
  return { exports, memories, recycling: rewritten.recycling };
}
