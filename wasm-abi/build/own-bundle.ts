import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { entryPath, readEntry, writeEntry } from '../cache-entry.ts';
import { Joined } from '../joined.ts';
import { runBuild } from './build-cell.ts';
import { toolVersion } from './tool-version.ts';

export interface OwnBundle {
  /** Absolute paths of modules of vStarCloud, by their names. */
  readonly entries: Readonly<Record<string, string>>;
  /** The same of those that run in threads of lanes alone, which have to start at once. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** The folders that hold all sources which they can import. */
  readonly sources: readonly string[];
}

const joined = new Joined<string>();

/**
 * Makes JavaScript of TypeScript for processes that are started again and again: one that runs the sources itself takes
 * half a second of processor time and 30 MB for that alone. Made once for the same sources.
 * @returns the folder with `NAME.mjs` for each entry, and for each script what `runCompiled` runs
 * @throws {build-failed} also {build-lost}
 */
export function ownBundle(
  { entries, scripts = {}, sources }: OwnBundle,
  cacheDir: string,
): Promise<string> {
  const key = keyOf([entries, scripts], sources);
  return joined.run(
    `${cacheDir}\n${key}`,
    async (signal) => {
      const known = await readEntry<null>(cacheDir, key);
      if (!known)
        await writeEntry(
          cacheDir,
          key,
          await runBuild({ step: 'bundle-own', entries, scripts }, { signal }),
        );
      return entryPath(cacheDir, key);
    },
    undefined,
  );
}

/** Each start asks for it: whether a source has changed is seen by its inode, which says so too of one whose time was set back. */
function keyOf(made: readonly object[], sources: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([made, toolVersion('rolldown'), process.versions.node]))
    .update(installed());
  for (const folder of sources) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => each.endsWith('.ts')).toSorted()) {
      const { ino, size, ctimeMs } = statSync(join(folder, name));
      hash.update(`${name} ${ino} ${size} ${ctimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** What npm has written of all that it installed beside the tool, since that is joined too; nothing if another has installed it. */
function installed(): string {
  const manifest = findPackageJSON('rolldown', import.meta.url)!;
  try {
    return readFileSync(join(dirname(manifest), '../.package-lock.json'), 'utf8');
  } catch {
    return '';
  }
}
