import { files } from 'vstar/vstore';

/** Which machines of a group were removed. */
export interface Removed {
  /** Somebody has still to make sure that nothing is left of these. */
  leaving: string[];
  /** Nothing is: other machines may have their names. */
  gone: string[];
}

const REMOVED = '/machines/removed/';

/** What was written of each group. */
export function readRemoved(): Map<string, Removed> {
  const all = files.list(REMOVED).map(({ path }): [string, Removed] => {
    return [path.slice(REMOVED.length), JSON.parse(files.readText(path)) as Removed];
  });
  return new Map(all);
}

/** Durably, of however many of a group at once. */
export function writeRemoved(group: string, removed: Removed): void {
  files.write(removedPath(group), JSON.stringify(removed));
}

export function removedPath(group: string): string {
  return REMOVED + group;
}
