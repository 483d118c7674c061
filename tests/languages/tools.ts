import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a tool to its end. @throws with what it wrote, if it fails */
export async function tool(
  name: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await execute(name, args, {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
  return stdout;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function isOnPath(name: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (await Promise.all(folders.map((each) => exists(join(each, name))))).includes(true);
}
