import { ByteReader } from '../binary/byte-reader.ts';
import {
  type CoreModule,
  type Limits,
  readCoreModule,
  SECTION_ORDER,
} from '../binary/core-module.ts';
import { type AddedItems, addChecks } from './added-checks.ts';
import { HINT_SECTION } from './branch-hints.ts';
import { ByteWriter } from './byte-writer.ts';
import { afterCount, cappedTable, importSection, tableSection } from './caps.ts';
import type { CheckMode } from './checks.ts';
import { exported } from './export-entry.ts';
import { indexSpaces } from './index-spaces.ts';
import {
  type LastingChanges,
  planRecycling,
  type Recycling,
  type RecyclingPlan,
} from './recycling.ts';
import { checkShape, checkValid } from './refusals.ts';
import { ADDED_EXPORTS, MEMORY_MODULE } from './reserved-names.ts';

export interface RewriteOptions {
  readonly mode: CheckMode;
}

/** A memory that a module grows, up to the pages that one of its globals says. */
export interface GrowableMemory {
  /** The name of the global that is exported. */
  readonly limit: string;
  /** By which the memory is imported. */
  readonly module: string;
  readonly name: string;
}

export interface RewrittenModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it imports from `MEMORY_MODULE`, in order: the memories that it had defined. */
  readonly memories: readonly Limits[];
  /** The memories that it grows, its own and others. */
  readonly growable: readonly GrowableMemory[];
  /** What all of its tables together may come to have. */
  readonly tableElements: number;
  /** How an instance is put back as it was made. */
  readonly recycling: Recycling;
}

const ID = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const;

const NO_CHANGES: LastingChanges = { tables: false, segments: false };

/**
 * Makes a core module of a tenant one that can be interrupted wherever it loops or recurs, and capped: its memories are
 * imported, its tables have a maximum, and its start function is an export that the engine does not run. What it computes
 * stays the same.
 *
 * A rewritten module is refused, for it uses reserved names.
 * @throws {malformed-image} also {unsupported-image} and {image-too-large}, with section and offset
 */
export function rewriteModule(
  original: Uint8Array<ArrayBuffer>,
  { mode }: RewriteOptions,
): RewrittenModule {
  checkValid(original);
  return rewriteValid(original, mode);
}

/** The same for a module that is known to be valid. */
export function rewriteValid(original: Uint8Array, mode: CheckMode): RewrittenModule {
  const module = readCoreModule(new ByteReader(original, 8));
  const spaces = indexSpaces(original, module);
  checkShape(module, spaces.definedFunctions);
  const start = startFunction(original, module);
  const added = addChecks(original, module, spaces, mode, start);
  const plan = planRecycling(original, module, added?.changes ?? NO_CHANGES);
  const out = new ByteWriter(Math.ceil(original.length * 1.1) + 4_096);
  out.bytes(original.subarray(0, 8));
  const bodies = sectionBodies(original, module, added, plan, mode);
  for (const id of SECTION_ORDER) {
    if (id === ID.code) {
      added?.hints.write(out);
      added?.ahead.write(out);
    }
    const body = bodies.get(id);
    if (body) out.section(id, body);
  }
  for (const section of module.sections)
    if (section.id === ID.custom && keepCustom(original, section, added !== undefined))
      out.slice(original, section.start, section.end);
  const tableElements = module.tables.reduce((sum, each) => sum + (cappedTable(each).max ?? 0), 0);
  const { recycling } = plan;
  const growable = growableMemories(module, added?.grown ?? []);
  return { bytes: out.finish(), memories: module.memories, growable, tableElements, recycling };
}

function growableMemories(
  { imports }: CoreModule,
  grown: readonly number[],
): readonly GrowableMemory[] {
  const imported = imports.filter(({ kind }) => kind === 'memory');
  return grown.map((index) => {
    const own = { module: MEMORY_MODULE, name: `memory${index - imported.length}` };
    const { module, name } = imported[index] ?? own;
    return { limit: `${ADDED_EXPORTS.pages}${index}`, module, name };
  });
}

function sectionBodies(
  original: Uint8Array,
  module: CoreModule,
  added: AddedItems | undefined,
  plan: RecyclingPlan,
  mode: CheckMode,
): ReadonlyMap<number, ByteWriter> {
  const bodies = new Map<number, ByteWriter>();
  const put = (id: number, body: ByteWriter | undefined): void => {
    if (body) bodies.set(id, body);
  };
  const range = (id: number) => module.sections.find((each) => each.id === id);
  const extended = (id: number, items: readonly Uint8Array[] = []): ByteWriter | undefined => {
    const section = range(id);
    if (!section && items.length === 0) return undefined;
    const body = new ByteWriter();
    const before = section ? new ByteReader(original, section.body, section.end).u32() : 0;
    body.u32(before + items.length);
    if (section) body.bytes(afterCount(original, section));
    for (const item of items) body.bytes(item);
    return body;
  };
  for (const { id, body, end } of module.sections) {
    if (id === ID.custom || id === ID.memory || id === ID.start) continue;
    const copy = new ByteWriter(end - body);
    copy.slice(original, body, end);
    bodies.set(id, copy);
  }
  put(ID.import, importSection(original, module, added !== undefined && mode === 'epoch'));
  if (module.tables.length > 0) put(ID.table, tableSection(module));
  const exports = [...(added?.exports ?? []), ...plan.exports];
  const start = startFunction(original, module);
  if (start !== undefined) exports.push(exported(ADDED_EXPORTS.start, 0, start));
  put(ID.type, extended(ID.type, added?.types));
  put(ID.function, extended(ID.function, added?.functions));
  put(ID.global, extended(ID.global, added?.globals));
  put(ID.export, extended(ID.export, exports));
  if (added) put(ID.code, added.code);
  return bodies;
}

function startFunction(original: Uint8Array, { sections }: CoreModule): number | undefined {
  const section = sections.find(({ id }) => id === ID.start);
  return section && new ByteReader(original, section.body, section.end, 'start').u32();
}

/** The engine uses names for its messages; hints are written anew where the code is. */
function keepCustom(
  original: Uint8Array,
  { body, end }: { readonly body: number; readonly end: number },
  isRewritten: boolean,
): boolean {
  const name = new ByteReader(original, body, end, 'custom').name();
  return name === 'name' || (name === HINT_SECTION && !isRewritten);
}
