import { homedir } from 'node:os';
import { join } from 'node:path';

export { cacheDir } from './cache-dir.js';

/** Where a node keeps what must not be lost, unless --data says otherwise. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'vstarcloud');
}
