const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** A function that does nothing, with its size. */
const NOTHING = [2, 0, 0x0b];

/**
 * A command of preview 1 with so many functions, each of so many locals, of which it calls none. Locals of one type are one
 * entry of four bytes or so: a megabyte of image stands for gigabytes of what a compiler could make of it.
 */
export function packedImage(functions: number, locals: number): Uint8Array {
  const body = [...(locals === 0 ? [0] : [1, ...leb(locals), 0x7f]), 0x0b];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [...leb(functions), ...many(functions, [0])]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('_start'), 0, 0]),
    ...section(10, [
      ...leb(functions),
      ...NOTHING, // `_start`
      ...many(functions - 1, [...leb(body.length), ...body]),
    ]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

function many(count: number, bytes: readonly number[]): number[] {
  return Array.from({ length: count }, () => bytes).flat();
}

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}
