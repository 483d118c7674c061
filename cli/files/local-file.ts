import { open, type FileHandle } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { codeOf, FileMissingError, FileUnreadableError, IsDirectoryError } from '../errors.ts';

const BLOCK_BYTES = 1 << 20;

/** What stands for standard input or output where a file is asked for. */
export const STDIO = '-';

/** Opens a file to be read. @throws {file-missing} also {file-unreadable} and {is-directory} */
async function openLocalFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    if ((await file.stat()).isDirectory()) throw new IsDirectoryError(path);
    return file;
  } catch (error) {
    await file?.close();
    throw readError(path, error);
  }
}

/** Its size in bytes, found by opening it: what cannot be read is told before anything is changed. */
export async function checkLocalFile(path: string): Promise<number> {
  await using file = await openLocalFile(path);
  return (await file.stat()).size;
}

/**
 * The blocks of a file, or of standard input for `-`. A block is the reader's own.
 * @param signal ends the wait for standard input, which may never end by itself
 */
export async function* readBlocks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (path === STDIO) {
    const input = signal ? addAbortSignal(signal, process.stdin) : process.stdin;
    for await (const block of input) yield block as Uint8Array;
    return;
  }
  await using file = await openLocalFile(path);
  for (;;) {
    let bytesRead: number;
    const block = new Uint8Array(BLOCK_BYTES);
    try {
      ({ bytesRead } = await file.read(block));
    } catch (error) {
      throw readError(path, error);
    }
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
  }
}

/** All of a file. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of readBlocks(path)) blocks.push(block);
  return Buffer.concat(blocks);
}

function readError(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileMissingError(path, error);
    case 'EACCES':
    case 'EPERM':
      return new FileUnreadableError(
        path,
        'you may not read it; change its mode, or be its owner',
        error,
      );
    case 'EISDIR':
      return new IsDirectoryError(path);
    case 'EIO':
    case 'ELOOP':
    case 'EMFILE':
    case 'ENAMETOOLONG':
      return new FileUnreadableError(path, (error as Error).message, error);
    default:
      return error;
  }
}
