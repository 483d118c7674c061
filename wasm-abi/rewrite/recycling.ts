import { ByteReader } from '../binary/byte-reader.ts';
import type { CoreModule } from '../binary/core-module.ts';
import { skipConstantExpression } from './constant-expression.ts';
import { exported } from './export-entry.ts';
import { GLOBAL_EXPORT } from './reserved-names.ts';

const GLOBAL = 6;
const GLOBAL_KIND = 3;
const MUTABLE = 1;

/** Numbers; vectors (0x7b) and references have no value that the host could read and write. */
const FIRST_NUMBER = 0x7c;

/** Each is written when an instance is put back, which takes some 50 ns. Compilers have one to three. */
const MAX_GLOBALS = 64;
/** Compilers have one. */
const MAX_MEMORIES = 4;

/** Whether an instance can be put back as it was made, and by what. Memories are its host's, so nothing is said of them. */
export type Recycling =
  /** All that its code can change beside memories: the names under which these globals are exported. */
  | { readonly globals: readonly string[] }
  /** Why not: it may change what nobody can change back. */
  | { readonly obstacle: string };

/** What was found in the code that changes for good, if anything. */
export interface LastingChanges {
  /** `table.set`, `table.grow`, `table.fill`, `table.copy` or `table.init`: the host may not know all elements that were there. */
  tables: boolean;
  /** `data.drop` or `elem.drop`. */
  segments: boolean;
}

/** What can be put back of an instance of a module, and the exports by which that is done. */
export interface RecyclingPlan {
  readonly recycling: Recycling;
  readonly exports: readonly Uint8Array[];
}

/**
 * Says of a validated module whether what an instance has changed can be told and undone from outside. What is hidden is
 * exported under a reserved name. Globals that it imports and can change are among them, whoever made these; what a table
 * that it imports holds is changed by code alone, so each module answers for its own.
 */
export function planRecycling(
  bytes: Uint8Array,
  module: CoreModule,
  changes: LastingChanges,
): RecyclingPlan {
  if (changes.tables) return refuse('it changes a table');
  if (changes.segments) return refuse('it drops a segment');
  if (module.memories.length > MAX_MEMORIES)
    return refuse(`it has ${module.memories.length} memories, at most ${MAX_MEMORIES}`);
  const mutable = mutableGlobals(bytes, module);
  const other = mutable.find(({ type }) => type < FIRST_NUMBER);
  if (other) return refuse(`its global ${other.index} can be changed and is no number`);
  if (mutable.length > MAX_GLOBALS)
    return refuse(`it has ${mutable.length} globals that can be changed, at most ${MAX_GLOBALS}`);
  const globals = mutable.map(({ index }) => `${GLOBAL_EXPORT}${index}`);
  const exports = mutable.map(({ index }) =>
    exported(`${GLOBAL_EXPORT}${index}`, GLOBAL_KIND, index),
  );
  return { recycling: { globals }, exports };
}

function refuse(obstacle: string): RecyclingPlan {
  return { recycling: { obstacle }, exports: [] };
}

interface MutableGlobal {
  readonly index: number;
  /** Its value type's first byte. */
  readonly type: number;
}

/** Imported ones first, as they are numbered. */
function mutableGlobals(bytes: Uint8Array, { imports, sections }: CoreModule): MutableGlobal[] {
  const mutable: MutableGlobal[] = [];
  let index = 0;
  for (const { global } of imports) {
    if (global?.mutable) mutable.push({ index, type: global.value });
    if (global) index++;
  }
  const section = sections.find(({ id }) => id === GLOBAL);
  if (!section) return mutable;
  const reader = new ByteReader(bytes, section.body, section.end, 'global');
  for (let left = reader.count(); left > 0; left--, index++) {
    const type = reader.u8();
    if (type === 0x63 || type === 0x64) reader.skipS33();
    if (reader.u8() === MUTABLE) mutable.push({ index, type });
    skipConstantExpression(reader);
  }
  return mutable;
}
