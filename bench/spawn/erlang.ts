import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('spawn.escript', import.meta.url));
const COUNT = 100_000;

/**
 * Microseconds from the spawn of an Erlang process that does nothing to the word of its end, with so many at a time;
 * undefined where Erlang is not installed.
 */
export async function erlangSpawn(atOnce: number): Promise<number | undefined> {
  try {
    const { stdout } = await run('escript', [PROGRAM, String(COUNT), String(atOnce)]);
    return Number(stdout);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
