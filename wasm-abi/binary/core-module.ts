import { UnsupportedImageError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** Sizes in pages of 64 KiB (memories) or elements (tables). */
export interface Limits {
  readonly min: number;
  readonly max?: number;
}

type ExternKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
}

interface CoreExport {
  readonly name: string;
  readonly kind: ExternKind;
}

/** Where a section's contents lie, in bytes from the start of the whole image. `start` is the section's id byte. */
export interface SectionRange {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** What is known of a core module without reading its code. */
export interface CoreModule {
  readonly imports: readonly CoreImport[];
  readonly exports: readonly CoreExport[];
  /** Those that the module itself defines, in order. */
  readonly memories: readonly Limits[];
  readonly tables: readonly Limits[];
  readonly sections: readonly SectionRange[];
}

const KINDS: readonly ExternKind[] = ['function', 'table', 'memory', 'global', 'tag'];
const SECTIONS = [
  'custom', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element', 'code', 'data',
  'data count', 'tag',
]; // prettier-ignore

/** Ids in the order in which a module must have them, at most once each. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/**
 * Reads the core module that fills `reader`, its eight header bytes being read already.
 * @throws {malformed-image} also {unsupported-image} for shared and 64-bit memories and for garbage-collected types
 */
export function readCoreModule(reader: ByteReader): CoreModule {
  const module = {
    imports: [] as CoreImport[],
    exports: [] as CoreExport[],
    memories: [] as Limits[],
    tables: [] as Limits[],
    sections: [] as SectionRange[],
  };
  let place = -1;
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.u8();
    const name = SECTIONS[id] ?? reader.fail(`unknown section ${id}`, start);
    if (id !== 0) {
      const next = ORDER.indexOf(id);
      if (next <= place) reader.fail(`section ${name} is repeated or out of order`, start);
      place = next;
    }
    const section = reader.part(reader.u32(), name);
    module.sections.push({ id, start, body: section.offset, end: section.end });
    if (id === 0) section.name();
    else if (id === 1) items(section, functionType);
    else if (id === 2) items(section, () => module.imports.push(coreImport(section)));
    else if (id === 4) items(section, () => module.tables.push(tableType(section)));
    else if (id === 5) items(section, () => module.memories.push(limits(section, 'memory')));
    else if (id === 7) items(section, () => module.exports.push(coreExport(section)));
  }
  return module;
}

function items(section: ByteReader, read: (section: ByteReader) => unknown): void {
  for (let left = section.count(); left > 0; left--) read(section);
  section.finish();
}

function functionType(section: ByteReader): void {
  const form = section.u8();
  // What such types make lies in the engine's heap, outside of every cap on memory.
  if ([0x4e, 0x4f, 0x50, 0x5e, 0x5f].includes(form))
    throw new UnsupportedImageError('it uses garbage-collected types');
  if (form !== 0x60) section.fail(`unknown type form ${form}`, section.offset - 1);
  for (let lists = 0; lists < 2; lists++)
    for (let left = section.count(); left > 0; left--) valueType(section);
}

function coreImport(section: ByteReader): CoreImport {
  const module = section.name();
  const name = section.name();
  const kind = externKind(section);
  if (kind === 'function') section.u32();
  else if (kind === 'table') tableType(section);
  else if (kind === 'memory') limits(section, 'memory');
  else if (kind === 'global') {
    valueType(section);
    section.u8();
  } else {
    section.u8();
    section.u32();
  }
  return { module, name, kind };
}

function coreExport(section: ByteReader): CoreExport {
  const name = section.name();
  const kind = externKind(section);
  section.u32();
  return { name, kind };
}

function externKind(section: ByteReader): ExternKind {
  const byte = section.u8();
  return KINDS[byte] ?? section.fail(`unknown kind ${byte}`, section.offset - 1);
}

function valueType(section: ByteReader): void {
  const byte = section.u8();
  if (byte === 0x63 || byte === 0x64) section.skipS33();
  else if (byte < 0x69 || byte > 0x7f)
    section.fail(`unknown value type ${byte}`, section.offset - 1);
}

function tableType(section: ByteReader): Limits {
  const start = section.offset;
  if (section.bytes[start] === 0x40)
    throw new UnsupportedImageError('a table has an initial value');
  valueType(section);
  return limits(section, 'table');
}

function limits(section: ByteReader, what: string): Limits {
  const flags = section.u8();
  if (flags > 15) section.fail(`unknown limits ${flags}`, section.offset - 1);
  if (flags > 1)
    throw new UnsupportedImageError(
      `a ${what} is shared, has 64-bit addresses or pages of another size`,
    );
  const min = section.u32();
  return flags === 1 ? { min, max: section.u32() } : { min };
}
