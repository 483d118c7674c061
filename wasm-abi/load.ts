import { Script } from 'node:vm';
import type { Awaitable } from '#posiv-wit/result.ts';
import { type Glue, instantiateComponent } from './bind/component.ts';
import { instantiateCore } from './bind/core.ts';
import { CoreExports, type CoreInstance } from './bind/core-exports.ts';
import { bindImports, type HostBinding } from './bind/host-binding.ts';
import { promising } from './bind/jspi.ts';
import { InstanceMemories } from './bind/memories.ts';
import { NOT_PREEMPTED, type Preemption } from './bind/preemption.ts';
import { readEntry } from './cache-entry.ts';
import { NotPreparedError } from './errors.ts';
import { type ImageDescription, WASI_PREVIEW_1 } from './inspect.ts';
import type { Preparation } from './prepared.ts';
import { isWasi } from './wasi/catalogue.ts';
import { commandStart } from './wasi/command.ts';

export type { HostBinding } from './bind/host-binding.ts';
export type { Preemption } from './bind/preemption.ts';

/** A prepared image whose code is compiled: makes instances that have nothing in common but the code. */
export interface Program {
  readonly description: ImageDescription;
  /** @throws {missing-imports} also {quota-exceeded} and {invalid-arguments}; what the image's own code throws as it starts comes as it is */
  instantiate(host: HostBinding, init: InstanceInit): Promise<Instance>;
}

export interface InstanceInit {
  /** Pages of 64 KiB that all of its memories together may come to have. */
  readonly maxPages: number;
  /** Of a WASI command; the first one is its name. */
  readonly args: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
  /** Who interrupts it. Default: nobody. */
  readonly preemption?: Preemption;
}

export interface Instance {
  /** Functions of POSIV, as `posiv:kernel/program@0.1.0#run`. */
  readonly exports: ReadonlySet<string>;
  /**
   * The exported function of this name. Its imports may suspend it; it must not be entered while another call into the
   * instance is on the stack.
   */
  lift(functionName: string): ((...params: readonly unknown[]) => Awaitable<unknown>) | undefined;
  /** Of a WASI command: runs it and gives its exit status. */
  start?(): Promise<number>;
  /** Linear memory that it holds now, in bytes. */
  memoryBytes(): number;
}

/**
 * Reads and compiles what `prepareImage` made. For the thread that runs the instances.
 * @throws {not-prepared}
 */
export async function loadProgram(cacheDir: string, key: string): Promise<Program> {
  const entry = await readEntry<Preparation>(cacheDir, key);
  if (!entry) throw new NotPreparedError(key, 'there is no whole entry for it in the cache');
  const { meta, files } = entry;
  try {
    const names = Object.keys(meta.modules);
    const compiled = await Promise.all(
      names.map((name) => WebAssembly.compile(files.get(name) as BufferSource)),
    );
    const modules = new Map(
      names.map((name, index) => [name, compiled[index] as WebAssembly.Module]),
    );
    return meta.glue === undefined
      ? coreProgram(meta, modules)
      : componentProgram(meta, modules, evaluate(files.get(meta.glue), key));
  } catch (error) {
    throw new NotPreparedError(key, 'its files do not compile', error);
  }
}

function evaluate(source: Uint8Array | undefined, key: string): Glue {
  return new Script(new TextDecoder().decode(source), {
    filename: `image-${key.slice(0, 12)}.js`,
  }).runInThisContext() as Glue;
}

function componentProgram(
  meta: Preparation,
  modules: ReadonlyMap<string, WebAssembly.Module>,
  glue: Glue,
): Program {
  const { description } = meta;
  const posiv = description.importedFunctions.filter((name) => !isWasi(name));
  const usesWasi = description.imports.some(isWasi);
  return {
    description,
    async instantiate(host, init) {
      const bound = bindImports(posiv, host);
      const wasi = usesWasi
        ? (await import('./wasi/instance.ts')).wasiImports(description, host, init)
        : undefined;
      const memories = new InstanceMemories(meta, init.maxPages);
      const { preemption = NOT_PREEMPTED } = init;
      const cores = await instantiateComponent(
        glue,
        meta,
        modules,
        bound,
        memories,
        preemption,
        wasi,
      );
      const made = instance(cores, description, memories);
      const start = commandStart(description, cores);
      return start ? { ...made, start } : made;
    },
  };
}

function coreProgram(meta: Preparation, modules: ReadonlyMap<string, WebAssembly.Module>): Program {
  const { description } = meta;
  const [[file, module] = ['', undefined]] = modules;
  if (!module) throw new TypeError('the entry has no module');
  const posiv = description.importedFunctions.filter(
    (name) => !name.startsWith(`${WASI_PREVIEW_1}#`),
  );
  const usesWasi = description.imports.includes(WASI_PREVIEW_1);
  return {
    description,
    async instantiate(host, init) {
      const bound = bindImports(posiv, host);
      const memories = new InstanceMemories(meta, init.maxPages);
      const wasi = usesWasi
        ? await (await import('./bind/wasi.ts')).createWasi(module, host, init)
        : undefined;
      const core = await instantiateCore(
        module,
        file,
        description,
        bound,
        memories,
        init.preemption ?? NOT_PREEMPTED,
        wasi?.imports,
        (made) => wasi?.attach(made),
      );
      const initialize = core.exports['_initialize'];
      if (typeof initialize === 'function') await promising(initialize)();
      const made = instance([core], description, memories);
      const start = core.exports['_start'];
      if (description.kind !== 'wasi-command' || typeof start !== 'function') return made;
      const run = wasi ? () => wasi.start(start) : async () => (await promising(start)(), 0);
      return { ...made, start: run };
    },
  };
}

function instance(
  cores: readonly CoreInstance[],
  description: ImageDescription,
  memories: InstanceMemories,
): Instance {
  const exports = new CoreExports(cores, description.exports);
  return {
    exports: exports.names,
    lift: (name) => exports.lift(name),
    memoryBytes: () => memories.bytes(),
  };
}
