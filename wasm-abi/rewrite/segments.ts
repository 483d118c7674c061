import { ByteReader } from '../binary/byte-reader.ts';
import type { SectionRange } from '../binary/core-module.ts';
import { skipConstantExpression } from './constant-expression.ts';

/**
 * How many elements each element segment has.
 * @param referenced is told of each function in them
 */
export function elementLengths(
  bytes: Uint8Array,
  section: SectionRange | undefined,
  referenced: (functionIndex: number) => void,
): number[] {
  if (!section) return [];
  const reader = new ByteReader(bytes, section.body, section.end, 'element');
  const lengths: number[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const flags = reader.u32();
    const active = (flags & 1) === 0;
    if (active && (flags & 2) !== 0) reader.u32(); // its table
    if (active) skipConstantExpression(reader);
    const expressions = (flags & 4) !== 0;
    if ((flags & 3) !== 0) {
      if (expressions) skipReferenceType(reader);
      else reader.u8();
    }
    const length = reader.count();
    lengths.push(length);
    for (let each = length; each > 0; each--) {
      if (expressions) skipConstantExpression(reader, referenced);
      else referenced(reader.u32());
    }
  }
  return lengths;
}

/** How many bytes each data segment has. */
export function dataLengths(bytes: Uint8Array, section: SectionRange | undefined): number[] {
  if (!section) return [];
  const reader = new ByteReader(bytes, section.body, section.end, 'data');
  const lengths: number[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const flags = reader.u32();
    if (flags === 2) reader.u32(); // its memory
    if (flags !== 1) skipConstantExpression(reader);
    const length = reader.u32();
    reader.take(length);
    lengths.push(length);
  }
  return lengths;
}

function skipReferenceType(reader: ByteReader): void {
  const form = reader.u8();
  if (form === 0x63 || form === 0x64) reader.skipS33();
}
