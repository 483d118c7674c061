import type { ImageDescription } from '../inspect.ts';
import type { Instance } from '../load.ts';
import { CoreExports, type CoreInstance } from './core-exports.ts';
import type { InstanceMemories } from './memories.ts';

/** An instance that is used once. */
export function plainInstance(
  cores: readonly CoreInstance[],
  description: ImageDescription,
  memories: InstanceMemories,
): Instance {
  const exports = new CoreExports(cores, description.exports);
  return {
    exports: exports.names,
    lift: (name) => exports.lift(name),
    memoryBytes: () => memories.bytes(),
  };
}
