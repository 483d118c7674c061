import type { FileHandle } from 'node:fs/promises';

/** Reads until a buffer is full or the file ends. @returns how many bytes */
export async function readInto(
  file: FileHandle,
  offset: number,
  target: Uint8Array,
): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await file.read(target, filled, target.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
