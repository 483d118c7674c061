import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashInTurns } from './hash-in-turns.ts';

/** What lies under one key of a cache directory: some files, and what their maker wants to know of them. */
export interface CacheEntry<Meta> {
  readonly meta: Meta;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

interface Manifest {
  /** JSON of the maker's `meta`, as text, so that its hash is that of exactly these bytes. */
  readonly meta: string;
  readonly metaHash: string;
  readonly files: Readonly<Record<string, string>>;
}

const MANIFEST = 'manifest.json';

/** Where the entry of a key lies; two levels, since some file systems are slow with many names in one directory. */
export function entryPath(cacheDir: string, key: string): string {
  return join(cacheDir, key.slice(0, 2), key);
}

/**
 * Reads an entry and checks every byte of it against the hashes it was written with.
 * @returns undefined where there is none, or where it is damaged
 */
export async function readEntry<Meta>(
  cacheDir: string,
  key: string,
): Promise<CacheEntry<Meta> | undefined> {
  const directory = entryPath(cacheDir, key);
  try {
    const manifest = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as Manifest;
    if (hashOf(manifest.meta) !== manifest.metaHash) return undefined;
    const files = new Map<string, Uint8Array>();
    for (const [name, hash] of Object.entries(manifest.files)) {
      // One after the other: entries are small, and a lane's thread has other vTasks to run in between.
      const bytes = await readFile(join(directory, name));
      if ((await hashInTurns(bytes)) !== hash) return undefined;
      files.set(name, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    }
    return { meta: JSON.parse(manifest.meta) as Meta, files };
  } catch {
    return undefined; // a missing or unreadable entry is made anew, whatever the reason
  }
}

/**
 * Writes an entry as a whole or not at all. Of several writers of one key the first one wins: a whole entry is never taken
 * away again, so whoever has been told of it can read it.
 */
export async function writeEntry<Meta>(
  cacheDir: string,
  key: string,
  entry: CacheEntry<Meta>,
): Promise<void> {
  const directory = entryPath(cacheDir, key);
  const temporary = join(cacheDir, `writing-${key}-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    const hashes: Record<string, string> = {};
    for (const [name, bytes] of entry.files) {
      hashes[name] = await hashInTurns(bytes);
      await writeFile(join(temporary, name), bytes, { flush: true });
    }
    const meta = JSON.stringify(entry.meta);
    const manifest: Manifest = { meta, metaHash: hashOf(meta), files: hashes };
    await writeFile(join(temporary, MANIFEST), JSON.stringify(manifest), { flush: true });
    await mkdir(join(directory, '..'), { recursive: true });
    if (await renamed(temporary, directory)) return;
    if (await readEntry(cacheDir, key)) return;
    // It is damaged. Another process may be about to replace it too, so it is moved away before it is removed.
    await renamed(directory, `${temporary}-damaged`);
    await renamed(temporary, directory);
    await rm(`${temporary}-damaged`, { recursive: true, force: true });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Renames a directory; false where that is in the way of another process that does the same. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code)) return false;
    throw error;
  }
}

function hashOf(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}
