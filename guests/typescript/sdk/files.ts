import * as kernel from 'posiv:vstore/files@0.1.0';
import type { BlobId, Stat } from 'posiv:vstore/types@0.1.0';
import { BlobWriter } from './blob-writer.ts';
import * as blobs from './blobs.ts';
import { call } from './error.ts';
import { utf8Decode } from './utf8.ts';

const PAGE = 1_000; // paths that one call of posiv:vstore/files yields

/** The bytes of a file. @throws {not-found | unreachable | corrupt} */
export function read(path: string): Uint8Array {
  const { blob, size } = stat(path);
  return blobs.read(blob, 0, size);
}

/** The text of a file, which is UTF-8. As `read`. */
export function readText(path: string): string {
  return utf8Decode(read(path));
}

/** Makes a path stand for these bytes, durably. @throws {refused | full | unreachable | quota-exceeded} */
export function write(path: string, data: Uint8Array | string): Stat {
  return writeAll(path, [data]);
}

/** As `write`, piece by piece: the whole need not be in memory. */
export function writeAll(path: string, pieces: Iterable<Uint8Array | string>): Stat {
  const writer = new BlobWriter();
  try {
    for (const piece of pieces) writer.write(piece);
  } catch (error) {
    writer.abort();
    throw error;
  }
  return bind(path, writer.seal());
}

/** Makes a path stand for a blob. @throws {not-found | refused | unreachable | full} */
export function bind(path: string, blob: BlobId): Stat {
  return call(() => kernel.bind(path, blob));
}

/** What a path stands for. @throws {not-found | unreachable} */
export function stat(path: string): Stat {
  return call(() => kernel.stat(path));
}

/** Every path that begins with a prefix, by its bytes. @throws {unreachable} */
export function list(prefix: string): Stat[] {
  const found: Stat[] = [];
  for (;;) {
    const page = call(() => kernel.list(prefix, found.at(-1)?.path));
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** Takes a path away. @throws {not-found | unreachable} */
export function remove(path: string): void {
  call(() => kernel.delete(path));
}
