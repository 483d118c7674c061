import { ByteReader } from '../binary/byte-reader.ts';
import type { SectionRange } from '../binary/core-module.ts';
import { skipConstantExpression } from './constant-expression.ts';

/** Tells of each function that the initial value of a global refers to. */
export function functionsInGlobals(
  bytes: Uint8Array,
  section: SectionRange | undefined,
  referenced: (functionIndex: number) => void,
): void {
  if (!section) return;
  const reader = new ByteReader(bytes, section.body, section.end, 'global');
  for (let left = reader.count(); left > 0; left--) {
    const form = reader.u8();
    if (form === 0x63 || form === 0x64) reader.skipS33();
    reader.u8();
    skipConstantExpression(reader, referenced);
  }
}
