import { readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * What bubblewrap is told so that programs find what they are linked to, and nothing can write there. What is a link into `/usr`, as `/lib` is on most systems by
 * now, is one within the walls too: a mount takes bubblewrap a fifth of a millisecond, to make and to end.
 */
export function systemFolders(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const target = linkOf(path);
    const isWithin = target !== undefined && resolve(dirname(path), target).startsWith('/usr/');
    return isWithin ? ['--symlink', target, path] : ['--ro-bind-try', path, path];
  });
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // it is none, or is not there
  }
}
