import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processName } from '#kernel/process-name.ts';

/** How a folder is named in which a process starts a template. */
const UNFINISHED = /^new-(?:(\d+-\d+)-)?/;

/** Each takes the memory of a machine on the disk, in part. */
const KEPT = 8;
const MS = 1_000;

/** Where nodes of one user on one machine keep the templates that they have started. */
export function templateFolder(cacheDir: string): string {
  return join(cacheDir, 'machine-templates');
}

/** A new folder for a template that this process starts. */
export async function unfinishedIn(folder: string): Promise<string> {
  return mkdtemp(join(folder, `new-${await processName(`${process.pid}`)}-`));
}

/** Removes what nodes that were killed have left half done. */
export async function removeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const unfinished = UNFINISHED.exec(name);
    if (unfinished && !(await isAlive(unfinished[1] ?? '')))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Notes that a template is used, for those who look which are not. */
export async function markUsed(folder: string, nowMs: number): Promise<void> {
  await utimes(folder, nowMs / MS, nowMs / MS);
}

/**
 * Removes what nodes that were killed have left half done, and all templates but those that were used last. Machines made
 * of one go on: they have its memory open.
 */
export async function tidy(folder: string, nowMs: number): Promise<void> {
  await removeLeft(folder);
  const started = await Promise.all(
    (await readdir(folder))
      .filter((name) => !UNFINISHED.test(name))
      .map(async (name) => {
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: nowMs }));
        return { name, usedMs: mtimeMs };
      }),
  );
  const oldest = started.toSorted((a, b) => b.usedMs - a.usedMs).slice(KEPT);
  for (const { name } of oldest) await rm(join(folder, name), { recursive: true, force: true });
}
