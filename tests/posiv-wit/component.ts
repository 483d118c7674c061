import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpile } from '@bytecodealliance/jco';
import { ROOT } from '#posiv-wit/generate/sources.ts';

type AnyFunction = (...args: never[]) => unknown;
type Interfaces = Record<string, Record<string, unknown>>;

/** An instance of a component: its exports by jco's glue, and those of the core modules that it consists of. */
export interface Instance {
  readonly exports: Interfaces;
  readonly cores: readonly WebAssembly.Exports[];
}

/** Prepares a component; `hybrid` imports may say by the symbol `cabiLower` how they are bound. */
export async function prepare(
  component: Uint8Array,
  importBindings: 'js' | 'hybrid',
  asyncImports: string[] = [],
): Promise<(imports: Interfaces) => Promise<Instance>> {
  const { files } = await transpile(component, {
    name: 'guest',
    instantiation: 'async',
    asyncMode: 'jspi',
    asyncImports,
    importBindings,
    noTypescript: true,
    wasiShim: false,
    nodejsCompat: false,
  });
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'component-'));
  const modules = new Map<string, WebAssembly.Module>();
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith('.wasm'))
      modules.set(basename(name), await WebAssembly.compile(bytes as BufferSource));
    else if (name.endsWith('.js')) await writeFile(join(folder, basename(name)), bytes);
  }
  const { instantiate } = (await import(pathToFileURL(join(folder, 'guest.js')).href)) as {
    instantiate(get: AnyFunction, imports: Interfaces, core: AnyFunction): Promise<Interfaces>;
  };
  await rm(folder, { recursive: true });
  return async (imports) => {
    const cores: WebAssembly.Exports[] = [];
    const exports = await instantiate(
      (name: string) => modules.get(name),
      imports,
      async (module: WebAssembly.Module, given: WebAssembly.Imports) => {
        const core = await WebAssembly.instantiate(module, given);
        cores.push(core.exports);
        return core;
      },
    );
    return { exports, cores };
  };
}

/** What the Canonical ABI calls of an instance are made with. */
export function coreAbi(cores: readonly WebAssembly.Exports[]): {
  memory: WebAssembly.Memory;
  realloc: (old: number, oldSize: number, align: number, size: number) => number;
} {
  const memory = cores.find((core) => core['memory'] !== undefined)?.['memory'];
  const realloc = cores.findLast((core) => core['cabi_realloc'] !== undefined)?.['cabi_realloc'];
  return { memory: memory as WebAssembly.Memory, realloc: realloc as never };
}

export function coreFunction(
  cores: readonly WebAssembly.Exports[],
  name: string,
): AnyFunction | undefined {
  return cores.findLast((core) => core[name] !== undefined)?.[name] as AnyFunction | undefined;
}
