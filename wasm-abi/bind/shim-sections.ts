import type { Assembler } from '../rewrite/assembler.ts';
import { ByteWriter } from '../rewrite/byte-writer.ts';

/** Where a small module of ours imports functions of JavaScript from. */
export const SHIM_IMPORTS = 'host';

/** In sections of a module. */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

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
    else out.u32(part);
  }
  return out.finish();
}

/** An item of a section of code: the runs of locals, each a number and a type, and what the function does. */
export function codeBody(
  locals: readonly (readonly [number, number | readonly number[]])[],
  a: Assembler,
): Uint8Array {
  const body = new ByteWriter(64);
  body.u32(locals.length);
  for (const [count, type] of locals) {
    body.u32(count);
    for (const byte of [type].flat()) body.u8(byte);
  }
  body.bytes(a.op('end').code.finish());
  const out = new ByteWriter(64);
  out.sized(body);
  return out.finish();
}
