import type { ImageDescription } from '../inspect.ts';
import type { Instance } from '../load.ts';
import { CoreExports } from './core-exports.ts';
import { discarded } from './discard.ts';
import type { LinkedInstance } from './linked-instance.ts';

/** An instance that is used once. */
export function plainInstance(
  { cores, memories }: LinkedInstance,
  description: ImageDescription,
): Instance {
  const exports = new CoreExports(cores, description.exports);
  return {
    exports: exports.names,
    lift: (name) => exports.lift(name),
    memoryBytes: () => memories.bytes(),
    limitMemory: (maxPages) => memories.limit(maxPages),
    discard: () => discarded(memories.all),
  };
}
