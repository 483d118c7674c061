// Plain JavaScript, as `vstar.js` is, which needs it before it can run anything else.
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where is kept what can be made again: images that were built, and those made ready to run.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheDir(env = process.env) {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'vstarcloud');
}
