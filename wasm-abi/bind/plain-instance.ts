import type { ImageDescription } from '../inspect.ts';
import type { Instance } from '../load.ts';
import { callsInside, CoreExports } from './core-exports.ts';
import { discarded } from './discard.ts';
import type { LinkedInstance } from './linked-instance.ts';
import type { Preemption } from './preemption.ts';

/** An instance that is used once. */
export function plainInstance(
  linked: LinkedInstance,
  description: ImageDescription,
  preemption: Preemption,
): Instance {
  const exports = new CoreExports(linked, description.exports, callsInside({ preemption }));
  const { memories } = linked;
  return {
    exports: exports.names,
    lift: (name) => exports.lift(name),
    memoryBytes: () => memories.bytes(),
    limitMemory: (maxPages) => memories.limit(maxPages),
    discard: () => discarded(memories.all),
  };
}
