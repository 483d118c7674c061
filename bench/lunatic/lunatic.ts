import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { buildWasiCommand } from '#wasm-abi/build/c.ts';
import { whereInstalled } from '../installed.ts';
import { figuresFrom, run, type System } from '../rpc/system.ts';

const SOURCE = fileURLToPath(new URL('lunatic.c', import.meta.url));
const LUNATIC = 'lunatic';
const INSTALL = 'cargo install lunatic-runtime';
const COUNT = 20_000;

/** Two processes of one runtime, each with an instance of its own. */
export const lunaticProcesses: System = {
  name: 'Lunatic, two processes',
  install: INSTALL,
  measure: ({ warmup, samples, batch, requests, inFlight }) =>
    whereInstalled(async () => {
      const { stdout } = await run(LUNATIC, ['--version']);
      const numbers = await figuresOf('rpc', [warmup, samples, batch, requests, inFlight]);
      return { version: stdout.trim().split(' ').at(-1)!, figures: figuresFrom(numbers) };
    }),
};

export const LUNATIC_PROCESS = { name: 'a Lunatic process', install: INSTALL };

/** Microseconds from the spawn of a process to its only word, with so many at a time; undefined where Lunatic is not installed. */
export function lunaticSpawn(atOnce: number): Promise<number | undefined> {
  return whereInstalled(async () => (await figuresOf('spawn', [COUNT, atOnce]))[0]);
}

async function figuresOf(what: string, numbers: readonly number[]): Promise<readonly number[]> {
  const program = await buildWasiCommand({ sources: [SOURCE] }, { cacheDir: cacheDir() });
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  try {
    const file = join(folder, 'lunatic.wasm');
    await writeFile(file, program);
    const { stdout } = await run(LUNATIC, ['run', file, what, ...numbers.map(String)]);
    return stdout.trim().split(' ').map(Number);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
