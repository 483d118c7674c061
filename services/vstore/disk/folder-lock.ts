import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { codeOf, FolderInUseError, messageOf } from '../errors.ts';

const SQLITE_BUSY = 5;

/**
 * Keeps every other process out of a folder until it is disposed of or the process ends in whatever way: the operating
 * system holds the lock (through SQLite, which has locks for every platform), so none is ever left over.
 * @throws {folder-in-use}
 */
export function lockFolder(folder: string, startedAt: number): Disposable {
  const ownerFile = join(folder, 'lock.owner');
  const database = new DatabaseSync(join(folder, 'lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUseError(
      `${folder} is in use by ${readOwner(ownerFile)}: stop it, or give this node another data folder`,
      { cause: error },
    );
  }
  const since = new Date(startedAt).toISOString();
  writeFileSync(ownerFile, `process ${process.pid}, which opened it at ${since}`);
  return { [Symbol.dispose]: () => database.close() };
}

function isBusy(error: unknown): boolean {
  const known = codeOf(error) === 'ERR_SQLITE_ERROR' && error instanceof Error;
  return known && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function readOwner(ownerFile: string): string {
  try {
    return readFileSync(ownerFile, 'utf8');
  } catch (error) {
    return `a process that did not say which it is (${messageOf(error)})`;
  }
}
