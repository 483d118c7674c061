import { ImageTooLargeError } from '../errors.ts';
import { type Preparation, tableElementsOf } from '../prepared.ts';

/** QuickJS makes 13 instances of cores, componentize-py about 60. */
const MAX_INSTANTIATIONS = 512;

/** Each memory takes 10 GB of addresses and two mappings, of which a process has 65,530. */
const MAX_MEMORIES = 16;

/** Up to 16 MB beside linear memory. */
const MAX_TABLE_ELEMENTS = 1024 * 1024;

/** QuickJS has 200 KB, which each instance runs through. */
const MAX_GLUE_BYTES = 16 * 1024 * 1024;

/**
 * Holds what one instance of an image will take of the thread that runs it against the limits: one core module may be
 * linked many times.
 * @throws {image-too-large}
 */
export function checkTotals(preparation: Preparation, glueBytes = 0): void {
  const { instantiations, modules } = preparation;
  const sum = (of: (file: string) => number): number =>
    instantiations.reduce((total, file) => total + of(file), 0);
  const totals = [
    ['the number of core instances', instantiations.length, MAX_INSTANTIATIONS],
    ['the number of memories', sum((file) => modules[file]?.memories.length ?? 0), MAX_MEMORIES],
    ['the size of all tables', tableElementsOf(preparation), MAX_TABLE_ELEMENTS],
    ['the size of its linking code', glueBytes, MAX_GLUE_BYTES],
  ] as const;
  for (const [what, value, limit] of totals)
    if (value > limit) throw new ImageTooLargeError(what, value, limit);
}
