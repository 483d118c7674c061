import { ByteWriter } from '../rewrite/byte-writer.ts';

/** How a module begins. */
export const MAGIC: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A section of a small module of ours: its items, counted. */
export function section(id: number, items: readonly ArrayLike<number>[]): Uint8Array {
  const body = new ByteWriter(256);
  body.u32(items.length);
  for (const item of items) body.bytes(Uint8Array.from(item));
  const out = new ByteWriter(256);
  out.section(id, body);
  return out.finish();
}

/** Names, then a kind and an index. */
export function entry(...parts: readonly (string | number)[]): Uint8Array {
  const out = new ByteWriter(64);
  for (const part of parts) {
    if (typeof part === 'string') out.name(part);
    else out.u8(part);
  }
  return out.finish();
}
