import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { whereInstalled } from '../installed.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('spawn.escript', import.meta.url));
const COUNT = 100_000;

export const ERLANG = { name: 'an Erlang process', install: 'apt install erlang-base' };

/**
 * Microseconds from the spawn of an Erlang process that does nothing to the word of its end, with so many at a time;
 * undefined where Erlang is not installed.
 */
export function erlangSpawn(atOnce: number): Promise<number | undefined> {
  return whereInstalled(async () => {
    const { stdout } = await run('escript', [PROGRAM, String(COUNT), String(atOnce)]);
    return Number(stdout);
  });
}
