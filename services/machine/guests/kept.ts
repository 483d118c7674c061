import { files } from 'vstar/vstore';

export const KEPT = '/machines/kept/';

/** Where what is kept of a machine is, under a name that is used once: so whoever is lost in between finds the old or the new. */
export function keptPaths(as: string): { memory: string; disk: string } {
  return { memory: `${KEPT}${as}.memory`, disk: `${KEPT}${as}.disk` };
}

/** Under which name one of those paths is. */
export function keptName(path: string): string {
  return path.slice(KEPT.length, path.lastIndexOf('.'));
}

/** What an agent exits with whose machine was taken down, and could not be kept. */
export const NOT_KEPT = 3;

/** Takes paths away, where they are there. */
export function forget(paths: Readonly<Record<string, string>> | readonly string[]): void {
  for (const path of Object.values(paths))
    try {
      files.remove(path);
    } catch {
      // There was none, or it goes with the tenant.
    }
}
