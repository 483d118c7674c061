import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDir } from '#cli/folders.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import type { Corpus } from '../corpus.ts';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { runCommand, type CommandFigures } from '../process/command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HERE = join(ROOT, 'bench/wordcount');
const SDK = join(ROOT, 'guests/c/sdk');
const KERNEL = [
  join(HERE, 'kernel.c'),
  join(ROOT, 'services/mapreduce/guests/wordcount-map.c'),
  join(SDK, 'mapreduce/table.c'),
  join(SDK, 'mapreduce/sort.c'),
];
const run = promisify(execFile);

/** Another way to count the same words. */
export interface Baseline {
  readonly name: string;
  /** So slow that it is run once, in the last round. */
  readonly slow?: boolean;
  /** None where it cannot be run here; then the name says why. */
  readonly command?: (corpus: Corpus) => readonly string[];
}

/** Every baseline, and what holds what was built for them. */
export async function baselines(): Promise<{
  all: readonly Baseline[];
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  const module = join(folder, 'kernel.wasm');
  await writeFile(module, await buildKernel());
  return {
    all: [
      {
        name: 'bare wasm, 2 workers',
        command: ({ path }) => [process.execPath, join(HERE, 'bare.ts'), module, '2', path],
      },
      await native(join(folder, 'native')),
      await duckdb(join(HERE, 'count_duckdb.py')),
      {
        name: 'plain Node, 1 thread',
        slow: true,
        command: ({ path }) => [process.execPath, join(HERE, 'plain.ts'), path],
      },
    ],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Runs it once and checks what it counted.
 * @throws {bench-failed} it counted wrong, or did not end with 0
 */
export async function runBaseline(
  { name, command }: Required<Pick<Baseline, 'name' | 'command'>>,
  corpus: Corpus,
): Promise<CommandFigures> {
  const figures = await runCommand(command(corpus));
  checkCounts(name, figures.output, corpus);
  return figures;
}

/** @throws {bench-failed} */
export function checkCounts(who: string, tsv: Uint8Array, { label, counts }: Corpus): void {
  const sum = createHash('sha256').update(tsv).digest('hex');
  if (sum !== counts)
    throw new BenchFailedError(`${who} counted the ${label} wrong: sha256 ${sum}, not ${counts}`);
}

/** The very sources of the map guest, without the rest of the system. */
function buildKernel(): Promise<Uint8Array> {
  return buildCGuest(
    {
      sources: [join(HERE, 'wasm.c'), ...KERNEL],
      includes: [SDK, HERE],
      flags: ['-O3', '-msimd128', '-mbulk-memory', '-Wl,--max-memory=4294967296'],
      world: 'posiv:kernel/program-task@0.1.0',
      output: 'core',
    },
    { cacheDir: cacheDir() },
  );
}

async function native(program: string): Promise<Baseline> {
  const includes = [join(HERE, 'native'), HERE, SDK].map((folder) => `-I${folder}`);
  const sources = [join(HERE, 'native/native.c'), ...KERNEL];
  const flags = ['-O3', '-march=native', '-pthread', '-o', program];
  try {
    await run('gcc', [...flags, ...includes, ...sources]);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    return { name: 'native C (not run: install gcc)' };
  }
  return { name: 'native C, 2 threads', command: ({ path }) => [program, '2', path] };
}

/** Python with DuckDB in it: that of VSTAR_BENCH_PYTHON, else the one on the path. */
async function duckdb(script: string): Promise<Baseline> {
  const python = process.env['VSTAR_BENCH_PYTHON'] ?? 'python3';
  try {
    await run(python, ['-c', 'import duckdb']);
  } catch {
    return { name: 'DuckDB (not run: pip install duckdb, set VSTAR_BENCH_PYTHON)' };
  }
  return { name: 'DuckDB, 2 threads', command: ({ path }) => [python, script, path] };
}
