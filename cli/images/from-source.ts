import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { C_RUNTIME, C_SDK } from '../../guests/catalogue.ts';
import { UsageError } from '../errors.ts';
import { checkLocalFile } from '../files/local-file.ts';
import { cacheDir } from '../folders.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const C_PROGRAM = 'posiv:kernel/program-task@0.1.0';
const C_SERVICE = 'posiv:kernel/service@0.1.0';
/** The header that exports handlers, which only a service may. */
const SERVICE_HEADER = /^\s*#\s*include\s+"service\.h"/m;

export interface SourceInit {
  /** `posiv:kernel/service@0.1.0`; what it imports and exports must be in it. Undefined: as the source says. */
  readonly world: string | undefined;
  /** A C program with a `main`, for WASI preview 1, in place of one that speaks POSIV. */
  readonly isWasi: boolean;
  readonly signal: AbortSignal;
  readonly onBuild: () => void;
}

/**
 * Builds an image of a user's own source: one TypeScript module and what it imports, or C files.
 * @throws {build-failed} with what the compiler says; also {usage}, {file-missing} and the like
 */
export async function buildFromSource(
  files: readonly string[],
  init: SourceInit,
): Promise<Uint8Array> {
  await Promise.all(files.map((file) => checkLocalFile(file)));
  const kinds = new Set(files.map((file) => extname(file)));
  const options = {
    cacheDir: cacheDir(),
    signal: init.signal,
    onProgress: (step: string) => step !== 'bundle' && init.onBuild(),
  };
  const sources = files.map((file) => resolve(file));
  if (kinds.size === 1 && kinds.has('.c')) return buildC(sources, init, options);
  if (sources.length === 1 && (kinds.has('.ts') || kinds.has('.js'))) {
    const { buildTypescriptGuest } = await import('#wasm-abi/build/typescript.ts');
    return buildTypescriptGuest(
      { entry: sources[0]!, ...(init.world && { world: init.world }) },
      options,
    );
  }
  throw new UsageError(
    `${files.join(' ')} cannot be built${files.length > 1 ? ' together' : ''}; give one .ts or .js file, or .c files`,
  );
}

async function buildC(
  sources: readonly string[],
  { isWasi, world }: SourceInit,
  options: { readonly cacheDir: string; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { buildCGuest, buildWasiCommand } = await import('#wasm-abi/build/c.ts');
  if (isWasi) return buildWasiCommand({ sources }, options);
  const runtime = C_RUNTIME.map((path) => join(ROOT, path));
  return buildCGuest(
    {
      sources: [...sources, ...runtime],
      includes: [join(ROOT, C_SDK)],
      world: world ?? (await worldOf(sources)),
    },
    options,
  );
}

async function worldOf(sources: readonly string[]): Promise<string> {
  const texts = await Promise.all(sources.map((path) => readFile(path, 'utf8')));
  return texts.some((text) => SERVICE_HEADER.test(text)) ? C_SERVICE : C_PROGRAM;
}
