import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, FullError, messageOf, NotFoundError } from '../errors.ts';
import type { Disk, DiskEntry, LogFile } from './disk.ts';
import { lockFolder } from './folder-lock.ts';
import { openLogFile } from './log-file.ts';
import { readInto } from './read-into.ts';

/** Where files are made before they get their names; emptied at each start. */
const TEMPORARY = 'tmp';
const OWNER_ALONE = 0o600; // there are keys among them

/**
 * The folder of a real file system that a node keeps its data in.
 * @param startedAt milliseconds since 1970, told to a process that finds the folder locked
 * @throws {folder-in-use}
 */
export async function openNodeDisk(folder: string, startedAt: number): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  const lock = lockFolder(folder, startedAt);
  try {
    await rm(join(folder, TEMPORARY), { recursive: true, force: true });
    await mkdir(join(folder, TEMPORARY));
    await syncFolder(folder);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
  return new NodeDisk(folder, lock);
}

class NodeDisk implements Disk {
  readonly #folder: string;
  readonly #lock: Disposable;
  readonly #known = new Set<string>(); // folders that exist, so that most writes need not ask
  #serial = 0;

  constructor(folder: string, lock: Disposable) {
    this.#folder = folder;
    this.#lock = lock;
  }

  async read(path: string, offset: number, target: Uint8Array): Promise<number> {
    const file = await attempt(open(this.#at(path), constants.O_RDONLY));
    try {
      return await readInto(file, offset, target);
    } finally {
      await file.close();
    }
  }

  async write(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
    const target = this.#at(path);
    const temporary = join(this.#folder, TEMPORARY, String(this.#serial++));
    await this.#make(dirname(target));
    try {
      const file = await attempt(open(temporary, 'wx', OWNER_ALONE));
      try {
        for (let at = 0; at < bytes.length;) {
          at += (await attempt(file.write(bytes, at, bytes.length - at))).bytesWritten;
        }
        if (durable) await attempt(file.datasync());
      } finally {
        await file.close();
      }
      await attempt(rename(temporary, target));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    if (durable) await syncFolder(dirname(target));
  }

  async openLog(path: string): Promise<LogFile> {
    const target = this.#at(path);
    await this.#make(dirname(target));
    const log = await openLogFile(target, attempt);
    await syncFolder(dirname(target));
    return log;
  }

  async rename(from: string, to: string): Promise<void> {
    const target = this.#at(to);
    await this.#make(dirname(target));
    await attempt(rename(this.#at(from), target));
    await syncFolder(dirname(target));
  }

  async remove(path: string): Promise<void> {
    await rm(this.#at(path), { force: true });
  }

  async removeFolder(path: string): Promise<void> {
    const target = this.#at(path);
    for (const known of this.#known) {
      if (known === target || known.startsWith(`${target}/`)) this.#known.delete(known);
    }
    await rm(target, { recursive: true, force: true });
  }

  async list(path: string): Promise<readonly DiskEntry[]> {
    const folder = this.#at(path);
    const found = await absent(readdir(folder, { withFileTypes: true }), []);
    const entries = found.map(async (entry) => {
      const { name } = entry;
      if (entry.isDirectory()) return { name, folder: true, size: 0 };
      const file = await absent(stat(join(folder, name)), undefined);
      return file === undefined ? undefined : { name, folder: false, size: file.size };
    });
    return (await Promise.all(entries)).filter((entry) => entry !== undefined);
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  async close(): Promise<void> {
    this.#lock[Symbol.dispose]();
  }

  #at(path: string): string {
    return join(this.#folder, path);
  }

  async #make(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    const first = await attempt(mkdir(folder, { recursive: true }));
    // A folder is as durable as its name in the one above it.
    if (first !== undefined) {
      for (let above = folder; above.length >= first.length;) {
        above = dirname(above);
        await syncFolder(above);
      }
    }
    this.#known.add(folder);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await attempt(handle.sync());
  } finally {
    await handle.close();
  }
}

/** What an operation gives, or something else where there is no such file. */
async function absent<T, U>(operation: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await operation;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return otherwise;
  }
}

/** Gives errors of the file system the codes that `Disk` promises. */
async function attempt<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new FullError('the disk is full: free some space, or add a node', { cause: error });
    }
    if (code === 'ENOENT') throw new NotFoundError(messageOf(error), { cause: error });
    throw error;
  }
}
