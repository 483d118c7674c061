import { ByteReader } from './byte-reader.ts';

/** Sizes in pages of 64 KiB (memories) or elements (tables). */
export interface Limits {
  readonly min: number;
  readonly max?: number;
}

export interface TableType extends Limits {
  /** The type of its elements, as it is encoded. */
  readonly element: Uint8Array;
}

type ExternKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

export interface GlobalType {
  /** The first byte of its value type, as it is encoded. */
  readonly value: number;
  readonly mutable: boolean;
}

interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  /** Of tables. */
  readonly table?: TableType;
  /** Of globals. */
  readonly global?: GlobalType;
  /** Bytes from the start of the whole image. */
  readonly offset: number;
}

interface CoreExport {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
  /** Bytes from the start of the whole image. */
  readonly offset: number;
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
  readonly tables: readonly TableType[];
  readonly sections: readonly SectionRange[];
}

const KINDS: readonly ExternKind[] = ['function', 'table', 'memory', 'global', 'tag'];
const SECTIONS = [
  'custom', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element', 'code', 'data',
  'data count', 'tag',
]; // prettier-ignore

/** The types `exn` and `noexn`. */
const EXCEPTIONS = new Set([0x69, 0x74]);

/** Ids in the order in which a module must have them, at most once each. */
export const SECTION_ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/**
 * Reads the core module that fills `reader`, its eight header bytes being read already.
 * @throws {malformed-image} also {unsupported-image} for shared and 64-bit memories and for garbage-collected types
 */
export function readCoreModule(reader: ByteReader): CoreModule {
  const module = {
    imports: [] as CoreImport[],
    exports: [] as CoreExport[],
    memories: [] as Limits[],
    tables: [] as TableType[],
    sections: [] as SectionRange[],
  };
  const types: FunctionType[] = [];
  let place = -1;
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.u8();
    const name = SECTIONS[id] ?? reader.fail(`unknown section ${id}`, start);
    if (id !== 0) {
      const next = SECTION_ORDER.indexOf(id);
      if (next <= place) reader.fail(`section ${name} is repeated or out of order`, start);
      place = next;
    }
    const section = reader.part(reader.u32(), name);
    module.sections.push({ id, start, body: section.offset, end: section.end });
    if (id === 0) section.name();
    else if (id === 1) items(section, () => types.push(functionType(section)));
    else if (id === 2) items(section, () => module.imports.push(coreImport(section, types)));
    else if (id === 4) items(section, () => module.tables.push(tableType(section)));
    else if (id === 5) items(section, () => module.memories.push(limits(section, 'memory')));
    else if (id === 7) items(section, () => module.exports.push(coreExport(section)));
    else if (id === 13) items(section, () => tag(section, types));
  }
  return module;
}

/** The name of the section that an offset is in, as far as the module can be read up to there. */
export function sectionAt(image: Uint8Array, offset: number): string {
  const reader = new ByteReader(image, 8);
  try {
    while (!reader.done) {
      const name = SECTIONS[reader.u8()] ?? 'unknown';
      const length = reader.u32();
      if (offset < reader.offset + length) return name;
      reader.take(length);
    }
  } catch {
    // It ends in the middle of a section, before the offset.
  }
  return 'unknown';
}

function items(section: ByteReader, read: (section: ByteReader) => unknown): void {
  for (let left = section.count(); left > 0; left--) read(section);
  section.finish();
}

interface FunctionType {
  /** Whether a parameter can be an exception. */
  readonly takesException: boolean;
}

function functionType(section: ByteReader): FunctionType {
  const form = section.u8();
  // What such types make lies in the engine's heap, outside of every cap on memory.
  if ([0x4e, 0x4f, 0x50, 0x5e, 0x5f].includes(form))
    section.refuse('it uses garbage-collected types', section.offset - 1);
  if (form !== 0x60) section.fail(`unknown type form ${form}`, section.offset - 1);
  let takesException = false;
  for (let left = section.count(); left > 0; left--)
    if (EXCEPTIONS.has(valueType(section))) takesException = true;
  for (let left = section.count(); left > 0; left--) valueType(section);
  return { takesException };
}

function coreImport(section: ByteReader, types: readonly FunctionType[]): CoreImport {
  const offset = section.offset;
  const module = section.name();
  const name = section.name();
  const form = section.bytes[section.offset] ?? 0;
  if (form === 0x7e || form === 0x7f) section.refuse('its imports are in the compact form');
  const kind = externKind(section);
  if (kind === 'table') return { module, name, kind, table: tableType(section), offset };
  if (kind === 'global') {
    const value = section.bytes[section.offset] ?? 0;
    valueType(section);
    return { module, name, kind, global: { value, mutable: section.u8() === 1 }, offset };
  }
  if (kind === 'function') section.u32();
  else if (kind === 'memory') limits(section, 'memory');
  else tag(section, types);
  return { module, name, kind, offset };
}

function tag(section: ByteReader, types: readonly FunctionType[]): void {
  const start = section.offset;
  section.u8();
  // A list of exceptions, each within the next, would grow in the engine's heap, outside of every cap on memory.
  if (types[section.u32()]?.takesException)
    section.refuse('its exceptions can hold other exceptions', start);
}

function coreExport(section: ByteReader): CoreExport {
  const offset = section.offset;
  const name = section.name();
  const kind = externKind(section);
  return { name, kind, index: section.u32(), offset };
}

function externKind(section: ByteReader): ExternKind {
  const byte = section.u8();
  return KINDS[byte] ?? section.fail(`unknown kind ${byte}`, section.offset - 1);
}

/** @returns its first byte, or of the long form of a reference that of the heap type */
function valueType(section: ByteReader): number {
  const byte = section.u8();
  if (byte === 0x63 || byte === 0x64) {
    const heapType = section.bytes[section.offset] ?? 0;
    section.skipS33();
    return heapType;
  }
  if (byte < 0x69 || byte > 0x7f) section.fail(`unknown value type ${byte}`, section.offset - 1);
  return byte;
}

function tableType(section: ByteReader): TableType {
  const start = section.offset;
  if (section.bytes[start] === 0x40) section.refuse('a table has an initial value');
  valueType(section);
  const element = section.bytes.subarray(start, section.offset);
  return { ...limits(section, 'table'), element };
}

function limits(section: ByteReader, what: string): Limits {
  const flags = section.u8();
  if (flags > 15) section.fail(`unknown limits ${flags}`, section.offset - 1);
  if (flags > 1)
    section.refuse(
      `a ${what} is shared, has 64-bit addresses or pages of another size`,
      section.offset - 1,
    );
  const min = section.u32();
  return flags === 1 ? { min, max: section.u32() } : { min };
}
