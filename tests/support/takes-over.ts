import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ENTRY = fileURLToPath(new URL('taking-over.ts', import.meta.url));

/**
 * Whether a process that is started with these flags, and has lanes, takes over what a build has compiled.
 * @param files of the script, and of what it was compiled to
 */
export async function takesOver(
  files: readonly [source: string, compiled: string],
  execArgv: readonly string[],
): Promise<boolean> {
  const args = [...execArgv, ENTRY, ...files];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout === 'taken';
}
