import { ByteWriter } from './byte-writer.ts';

/** An entry of an export section. */
export function exported(name: string, kind: number, index: number): Uint8Array {
  const entry = new ByteWriter(64);
  entry.name(name);
  entry.u8(kind);
  entry.u32(index);
  return entry.finish();
}
