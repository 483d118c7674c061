import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WASM_OPT = join(dirname(fileURLToPath(import.meta.resolve('binaryen'))), 'bin/wasm-opt');

/** Without these the modules have no references and vectors in globals, and change no tables. */
const PLAIN = [
  'mutable-globals',
  'nontrapping-float-to-int',
  'sign-ext',
  'bulk-memory',
  'multivalue',
  'extended-const',
  'tail-call',
  'multimemory',
];

/** All that an image may use, as far as Binaryen knows it. */
const ALL = [...PLAIN, 'reference-types', 'simd', 'exception-handling'];

/**
 * `new`: all features; `old`: with the old form of exception handling, which its generator also makes: the engine refuses
 * both in one module; `plain`: those whose instances can be put back as they were.
 */
export type ModuleKind = 'new' | 'old' | 'plain';

/**
 * Has Binaryen make a random valid module of random bytes.
 * @param folder where it may write
 */
export async function randomModule(
  input: Uint8Array,
  folder: string,
  kind: ModuleKind,
): Promise<Uint8Array<ArrayBuffer>> {
  const from = join(folder, 'input');
  const to = join(folder, 'module.wasm');
  await writeFile(from, input);
  const features = (kind === 'plain' ? PLAIN : ALL).map((each) => `--enable-${each}`);
  const args = [WASM_OPT, from, '-ttf', ...features, '-o', to];
  if (kind === 'new') args.push('--translate-to-exnref');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`wasm-opt ended with ${String(status)}: ${errors}`);
  return new Uint8Array(await readFile(to));
}
