import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** How a folder begins in which a template is being started. */
export const UNFINISHED = 'new-';

/** Each takes the memory of a machine on the disk, in part. */
const KEPT = 8;
// A template that has not started after minutes is given up: its node has ended without a word.
const GIVEN_UP_MS = 3_600_000;
const MS = 1_000;

/** Notes that a template is used, for those who look which are not. */
export async function markUsed(folder: string, nowMs: number): Promise<void> {
  await utimes(folder, nowMs / MS, nowMs / MS);
}

/**
 * Removes what nodes that were killed have left half done, and all templates but those that were used last. Machines made
 * of one go on: they have its memory open.
 */
export async function tidy(folder: string, nowMs: number): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: nowMs }));
      return { name, usedMs: mtimeMs };
    }),
  );
  const [unfinished, started] = [true, false].map((half) =>
    found.filter(({ name }) => name.startsWith(UNFINISHED) === half),
  );
  const oldest = started!.toSorted((a, b) => b.usedMs - a.usedMs).slice(KEPT);
  const left = unfinished!.filter(({ usedMs }) => nowMs - usedMs > GIVEN_UP_MS);
  for (const { name } of [...oldest, ...left])
    await rm(join(folder, name), { recursive: true, force: true });
}
