import { UnsupportedImageError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { checkExternName, checkLabel } from './names.ts';

/** Deepest nesting of types and components that is read: toolchains stay below 5. */
export const MAX_DEPTH = 32;

/** What a type in a component's type index space is known for: the functions of an instance type, else nothing. */
export interface ComponentType {
  readonly functions?: readonly string[];
}

export interface ExternDescription {
  readonly sort: 'module' | 'function' | 'value' | 'type' | 'component' | 'instance';
  /** Of instances: their type's index. */
  readonly typeIndex?: number;
}

/**
 * One entry of a component's type section. Names are held against the grammar of WIT.
 * @throws {malformed-image} also {unsupported-image}
 */
export function readType(reader: ByteReader, depth = 0): ComponentType {
  if (depth > MAX_DEPTH) reader.fail('types are nested too deeply');
  const form = reader.u8();
  switch (form) {
    case 0x3e:
    case 0x3f: // a resource: its representation and destructor
      reader.u8();
      optional(reader, () => reader.u32());
      if (form === 0x3e) optional(reader, () => reader.u32());
      return {};
    case 0x40:
    case 0x43: // a function
      each(reader, () => labelled(reader));
      if (reader.u8() === 0) valueType(reader);
      else if (reader.u8() !== 0) each(reader, () => labelled(reader));
      return {};
    case 0x41: // a component
      each(reader, () => {
        if (reader.bytes[reader.offset] !== 0x03) return void declaration(reader, depth);
        reader.u8();
        externName(reader);
        externDescription(reader);
      });
      return {};
    case 0x42: {
      const functions: string[] = [];
      each(reader, () => {
        const exported = declaration(reader, depth);
        if (exported !== undefined) functions.push(exported);
      });
      return { functions };
    }
    default:
      definedType(reader, form);
      return {};
  }
}

/** @returns the name, where the declaration is the export of a function */
function declaration(reader: ByteReader, depth: number): string | undefined {
  const form = reader.u8();
  if (form === 0x00) skipCoreType(reader, depth + 1);
  else if (form === 0x01) readType(reader, depth + 1);
  else if (form === 0x02) readAlias(reader);
  else if (form === 0x04) {
    const name = externName(reader);
    return externDescription(reader).sort === 'function' ? name : undefined;
  } else reader.fail(`unknown declaration ${form}`, reader.offset - 1);
  return undefined;
}

function definedType(reader: ByteReader, form: number): void {
  const start = reader.offset - 1;
  if ((form >= 0x73 && form <= 0x7f) || form === 0x64) return;
  if (form === 0x72) each(reader, () => labelled(reader));
  else if (form === 0x71) {
    each(reader, () => {
      checkLabel(reader.name());
      optional(reader, () => valueType(reader));
      reader.u8();
    });
  } else if (form === 0x70) valueType(reader);
  else if (form === 0x67) {
    valueType(reader);
    reader.u32();
  } else if (form === 0x6f) each(reader, () => valueType(reader));
  else if (form === 0x6e || form === 0x6d) each(reader, () => checkLabel(reader.name()));
  else if (form === 0x6b) valueType(reader);
  else if (form === 0x6a) {
    optional(reader, () => valueType(reader));
    optional(reader, () => valueType(reader));
  } else if (form === 0x69 || form === 0x68) reader.u32();
  else if (form === 0x66 || form === 0x65) optional(reader, () => valueType(reader));
  else if (form === 0x63) {
    valueType(reader);
    valueType(reader);
  } else reader.fail(`unknown type form ${form}`, start);
}

/** A primitive is one byte that a type index never begins with as a signed number, so both are skipped alike. */
function valueType(reader: ByteReader): void {
  reader.skipS33();
}

function labelled(reader: ByteReader): void {
  checkLabel(reader.name());
  valueType(reader);
}

/** Of a core type only functions and modules occur in components. */
export function skipCoreType(reader: ByteReader, depth = 0): void {
  if (depth > MAX_DEPTH) reader.fail('types are nested too deeply');
  const form = reader.u8();
  if (form === 0x60) {
    each(reader, () => reader.skipS33());
    each(reader, () => reader.skipS33());
  } else if (form === 0x50) throw new UnsupportedImageError('it takes core modules from outside');
  else reader.fail(`core type ${form} in a component`, reader.offset - 1);
}

/** @returns whether the alias adds to the index space of types, of functions or of others */
export function readAlias(reader: ByteReader): string {
  const sort = readSort(reader);
  const target = reader.u8();
  if (target > 2) reader.fail(`unknown alias ${target}`, reader.offset - 1);
  reader.u32();
  if (target === 2) reader.u32();
  else if (target === 1) reader.name();
  else checkExternName(reader.name());
  return sort;
}

/** @returns `type`, `core`, or another sort's number */
export function readSort(reader: ByteReader): string {
  const sort = reader.u8();
  if (sort > 5) reader.fail(`unknown sort ${sort}`, reader.offset - 1);
  if (sort === 0) reader.u8();
  return sort === 3 ? 'type' : sort === 0 ? 'core' : String(sort);
}

/** The name of an import or export. */
export function externName(reader: ByteReader): string {
  const form = reader.u8();
  if (form > 1) reader.fail(`unknown name form ${form}`, reader.offset - 1);
  return checkExternName(reader.name());
}

export function externDescription(reader: ByteReader): ExternDescription {
  const start = reader.offset;
  const sort = reader.u8();
  switch (sort) {
    case 0:
      reader.u8();
      reader.u32();
      return { sort: 'module' };
    case 1:
      reader.u32();
      return { sort: 'function' };
    case 2:
      if (reader.u8() === 0) reader.u32();
      else valueType(reader);
      return { sort: 'value' };
    case 3:
      if (reader.u8() === 0) reader.u32();
      return { sort: 'type' };
    case 4:
      reader.u32();
      return { sort: 'component' };
    case 5:
      return { sort: 'instance', typeIndex: reader.u32() };
    default:
      return reader.fail(`unknown sort ${sort}`, start);
  }
}

function each(reader: ByteReader, read: () => unknown): void {
  for (let left = reader.count(); left > 0; left--) read();
}

function optional(reader: ByteReader, read: () => unknown): void {
  const present = reader.u8();
  if (present > 1) reader.fail(`neither present nor absent: ${present}`, reader.offset - 1);
  if (present === 1) read();
}
