import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, DiskFullError, FileUnwritableError, IsDirectoryError } from '../errors.ts';
import { STDIO } from './local-file.ts';

/**
 * Writes a file as a whole or not at all: the bytes go to a temporary file beside it, which takes its name at the end.
 * What is no regular file, as a device, a pipe, or standard output for `-`, is written to as it is.
 * @throws {disk-full} also {file-unwritable} and {is-directory}; the file is then what it was before
 */
export async function writeOutput(path: string, blocks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    if (path === STDIO) await writeInPlace('/dev/stdout', blocks, process.stdout.fd);
    else if (await isSpecial(path)) await writeInPlace(path, blocks);
    else await writeAndRename(path, blocks);
  } catch (error) {
    throw writeError(path === STDIO ? 'standard output' : path, error);
  }
}

/** @throws {is-directory} also {file-unwritable}: to be called before any work is done for it */
export async function checkOutput(path: string): Promise<void> {
  if (path === STDIO) return;
  try {
    if (await isSpecial(path)) return;
    const folder = await stat(dirname(path));
    if (!folder.isDirectory())
      throw new FileUnwritableError(path, `${dirname(path)} is no directory`);
  } catch (error) {
    throw writeError(path, error);
  }
}

async function isSpecial(path: string): Promise<boolean> {
  let found;
  try {
    found = await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  if (found.isDirectory()) throw new IsDirectoryError(path);
  return !found.isFile();
}

async function writeInPlace(
  path: string,
  blocks: AsyncIterable<Uint8Array>,
  fd?: number,
): Promise<void> {
  if (fd === undefined) {
    await using file = await open(path, 'w');
    for await (const block of blocks) await writeAll(file, block);
    return;
  }
  for await (const block of blocks) {
    await new Promise<void>((resolve, reject) => {
      process.stdout.once('error', reject);
      process.stdout.write(block, (error) => {
        process.stdout.off('error', reject);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

async function writeAndRename(path: string, blocks: AsyncIterable<Uint8Array>): Promise<void> {
  const unique = randomBytes(4).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.${unique}.part`);
  try {
    await using file = await open(temporary, 'wx');
    for await (const block of blocks) await writeAll(file, block);
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, block: Uint8Array): Promise<void> {
  for (let at = 0; at < block.length;) {
    const { bytesWritten } = await file.write(block, at);
    at += bytesWritten;
  }
}

function writeError(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskFullError(path, error);
    case 'EISDIR':
      return new IsDirectoryError(path);
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileUnwritableError(
        path,
        `there is no directory ${dirname(path)}; make it first`,
        error,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new FileUnwritableError(path, 'you may not write there; choose another place', error);
    case 'EFBIG':
      return new FileUnwritableError(path, 'it is larger than files may be there', error);
    default:
      return error;
  }
}
