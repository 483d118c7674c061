import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transpile } from '@bytecodealliance/jco';
import { cacheDir } from '#cli/folders.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import type { Workload } from './kernels.ts';
import { compile, type Instantiate, VARIANTS } from './variants.ts';

interface Linked {
  readonly program: { run(cmd: readonly string[]): number };
}

type Glue = (
  getCoreModule: (file: string) => Instantiate,
  imports: object,
  instantiateCore: (made: Instantiate, imports?: WebAssembly.Imports) => unknown,
) => Promise<Linked>;

/** A program in JavaScript: the interpreter's 13 core modules, linked by the transpiler's own code. */
export async function quickjs(): Promise<Workload> {
  const entry = fileURLToPath(new URL('./guests/interpreted.js', import.meta.url));
  const image = await buildTypescriptGuest({ entry }, { cacheDir: cacheDir() });
  const { files } = await transpile(image, {
    name: 'image',
    instantiation: 'async',
    multiMemory: true,
    base64Cutoff: 0,
    wasiShim: false,
    nodejsCompat: false,
    noTypescript: true,
    quiet: true,
  });
  const glue = await load(files['image.js']!);
  const linked = await Promise.all(
    VARIANTS.map(async (variant) => {
      const refuels: (() => void)[] = [];
      const instance = await glue(
        (file) => compile(files[file]!, variant),
        {},
        async (made, imports) => {
          const core = await made(imports);
          refuels.push(core.refuel);
          return { exports: core.exports };
        },
      );
      return { ...instance, refuel: () => refuels.forEach((each) => each()) };
    }),
  );
  return {
    name: 'QuickJS',
    runs: linked.map(({ program, refuel }) => (rounds) => {
      refuel();
      return program.run([String(rounds)]);
    }),
  };
}

async function load(source: Uint8Array): Promise<Glue> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  try {
    const file = join(folder, 'image.mjs');
    await writeFile(file, source);
    return ((await import(pathToFileURL(file).href)) as { instantiate: Glue }).instantiate;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
