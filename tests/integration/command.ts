import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Where the system has what root needs; not along PATH, where npm puts packages' programs first, one of which is an `nft`.
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Where a program of the system is; its name alone where it is not installed. */
export function programPath(name: string): string {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

/** Whether a program of the system is installed. */
export function isInstalled(name: string): boolean {
  return programPath(name) !== name;
}

/** Runs a program of the system to its end. @throws with what it said, if it fails */
export async function command(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(programPath(name), args);
  return stdout;
}

/** The same, with a text on its standard input. */
export async function commandWith(
  input: string,
  name: string,
  ...args: readonly string[]
): Promise<void> {
  const child = spawn(programPath(name), args, { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(input);
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}: ${said}`);
}
