import { ByteReader } from '../binary/byte-reader.ts';
import {
  type CoreModule,
  type Limits,
  readCoreModule,
  type SectionRange,
} from '../binary/core-module.ts';
import { ImageTooLargeError, UnsupportedImageError } from '../errors.ts';
import { ByteWriter } from './byte-writer.ts';

/** The module name under which a rewritten core imports its memories, `memory0` and on. No image may use it. */
export const MEMORY_MODULE = 'vstar:memory';

/**
 * What a table may grow to, unless it begins with more. Elements take up to 16 bytes outside of linear memory. Runtimes
 * begin with what they need: QuickJS with 800, CPython with 20,000.
 */
export const MAX_TABLE_ELEMENTS = 64 * 1024;
const MAX_TABLES = 16;
const MAX_MEMORIES = 16;

/** Custom sections that the engine uses; the others are left out. */
const KEPT_CUSTOM = new Set(['name', 'metadata.code.branch_hint']);

const IMPORT = 2;
const TABLE = 4;
const MEMORY = 5;

export interface CappedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it imports from `MEMORY_MODULE`, in order: the memories that it had defined. */
  readonly memories: readonly Limits[];
  /** What all of its tables together may come to have. */
  readonly tableElements: number;
}

/**
 * Makes a core module import the memories that it defines, so that each instance can be given memories with maximums of
 * its own while the module is compiled once; and gives its tables a maximum. No index changes: imported memories precede
 * defined ones, and the new imports come last. Where another core imports such a memory, its import still matches: a
 * maximum only ever becomes smaller.
 *
 * The module must have been validated before: rewriting could make an invalid module valid.
 * @throws {unsupported-image} also {image-too-large}
 */
export function capModule(original: Uint8Array): CappedModule {
  const module = readCoreModule(new ByteReader(original, 8));
  checkLimits(module);
  const out = new ByteWriter();
  out.bytes(original.subarray(0, 8));
  let imported = false;
  for (const section of module.sections) {
    // The import section comes after custom sections and the types, before all others.
    if (section.id >= IMPORT && !imported) {
      imported = true;
      writeImports(out, original, module);
    }
    if (section.id === TABLE) writeTables(out, original, section);
    else if (
      section.id === 0
        ? keepCustom(original, section)
        : section.id !== IMPORT && section.id !== MEMORY
    ) {
      out.bytes(original.subarray(section.start, section.end));
    }
  }
  const tableElements = module.tables.reduce((sum, each) => sum + tableMaximum(each), 0);
  return { bytes: out.finish(), memories: module.memories, tableElements };
}

function checkLimits(module: CoreModule): void {
  if (module.imports.some((each) => each.module === MEMORY_MODULE)) {
    throw new UnsupportedImageError(`it imports ${MEMORY_MODULE}, a name that is reserved`);
  }
  if (module.memories.length > MAX_MEMORIES) {
    throw new ImageTooLargeError(
      'the number of memories in a module',
      module.memories.length,
      MAX_MEMORIES,
    );
  }
  if (module.tables.length > MAX_TABLES) {
    throw new ImageTooLargeError(
      'the number of tables in a module',
      module.tables.length,
      MAX_TABLES,
    );
  }
}

function writeImports(out: ByteWriter, original: Uint8Array, module: CoreModule): void {
  const section = module.sections.find((each) => each.id === IMPORT);
  const count = module.imports.length + module.memories.length;
  if (count === 0) return;
  const body = new ByteWriter();
  body.u32(count);
  if (section) {
    const reader = new ByteReader(original, section.body, section.end, 'import');
    reader.u32();
    body.bytes(original.subarray(reader.offset, section.end));
  }
  for (const [index, limits] of module.memories.entries()) {
    body.name(MEMORY_MODULE);
    body.name(`memory${index}`);
    body.u8(2);
    writeLimits(body, limits);
  }
  out.section(IMPORT, body);
}

function writeTables(out: ByteWriter, original: Uint8Array, section: SectionRange): void {
  const reader = new ByteReader(original, section.body, section.end, 'table');
  const body = new ByteWriter();
  const count = reader.u32();
  body.u32(count);
  for (let left = count; left > 0; left--) {
    const type = reader.offset;
    const form = reader.u8();
    if (form === 0x63 || form === 0x64) reader.skipS33();
    body.bytes(original.subarray(type, reader.offset));
    const hasMax = reader.u8() === 1;
    const min = reader.u32();
    const max = tableMaximum(hasMax ? { min, max: reader.u32() } : { min });
    writeLimits(body, { min, max });
  }
  out.section(TABLE, body);
}

function tableMaximum({ min, max = Infinity }: Limits): number {
  return Math.min(max, Math.max(min, MAX_TABLE_ELEMENTS));
}

function writeLimits(out: ByteWriter, { min, max }: Limits): void {
  out.u8(max === undefined ? 0 : 1);
  out.u32(min);
  if (max !== undefined) out.u32(max);
}

function keepCustom(original: Uint8Array, section: SectionRange): boolean {
  return KEPT_CUSTOM.has(new ByteReader(original, section.body, section.end, 'custom').name());
}
