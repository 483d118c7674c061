import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a node keeps what must not be lost, unless --data says otherwise. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'vstarcloud');
}

/** Where is kept what can be made again: images that were built, and those made ready to run. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'vstarcloud');
}
