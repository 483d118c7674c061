import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WASM_OPT = join(dirname(fileURLToPath(import.meta.resolve('binaryen'))), 'bin/wasm-opt');

/** All that an image may use, as far as Binaryen knows it. */
const FEATURES = [
  'mutable-globals',
  'nontrapping-float-to-int',
  'sign-ext',
  'bulk-memory',
  'multivalue',
  'reference-types',
  'extended-const',
  'simd',
  'tail-call',
  'multimemory',
  'exception-handling',
].map((each) => `--enable-${each}`);

/**
 * Has Binaryen make a random valid module of random bytes.
 * @param folder where it may write
 * @param oldExceptions keeps the old form of exception handling that its generator also makes; the engine refuses both in
 *   one module
 */
export async function randomModule(
  input: Uint8Array,
  folder: string,
  oldExceptions: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const from = join(folder, 'input');
  const to = join(folder, 'module.wasm');
  await writeFile(from, input);
  const args = [WASM_OPT, from, '-ttf', ...FEATURES, '-o', to];
  if (!oldExceptions) args.push('--translate-to-exnref');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`wasm-opt ended with ${String(status)}: ${errors}`);
  return new Uint8Array(await readFile(to));
}
