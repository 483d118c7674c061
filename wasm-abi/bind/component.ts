import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import type { AskingImports } from './asking-imports.ts';
import { ComponentAsking } from './component-asking.ts';
import { memoryOf } from './core-exports.ts';
import { GlueWatch } from './glue-watch.ts';
import type { BoundImports } from './host-binding.ts';
import type { LinkedCore, LinkedInstance } from './linked-instance.ts';
import { type InstanceMemories, MEMORY_MODULE } from './memories.ts';
import { attachPreemption, type Preemption, preemptionImports, runStart } from './preemption.ts';

/** What the transpiler's JavaScript evaluates to. */
export type Glue = (
  getCoreModule: (file: string) => WebAssembly.Module,
  imports: Record<string, Record<string, unknown>>,
  instantiateCore: (
    module: WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ) => Promise<{ readonly exports: WebAssembly.Exports }>,
) => unknown;

const LOWER = Symbol.for('cabiLower');

/** A component whose code is compiled. */
export interface CompiledComponent {
  readonly glue: Glue;
  readonly modules: ReadonlyMap<string, WebAssembly.Module>;
  /** The files of these. */
  readonly files: ReadonlyMap<WebAssembly.Module, string>;
}

/** What one instance of it is given. */
export interface ComponentInit {
  readonly imports: BoundImports;
  /** Those of them that ask. */
  readonly asking: AskingImports;
  readonly memories: InstanceMemories;
  readonly preemption: Preemption;
  /** Interfaces that are not of POSIV, as the transpiler's code takes them. */
  readonly more?: Record<string, Record<string, unknown>>;
  /** Whether it is to be known what its cores change in the transpiler's code; `more` would count as that. */
  readonly watched: boolean;
}

/**
 * Makes the core instances of a component, linked as the component says. Its imports are bound directly to the canonical
 * ABI and its exports are called directly, so of the transpiler's code only the linking runs.
 */
export async function instantiateComponent(
  { glue, modules, files }: CompiledComponent,
  { imports, asking, memories, preemption, more = {}, watched }: ComponentInit,
): Promise<LinkedInstance> {
  const cores: LinkedCore[] = [];
  const abis: CoreAbi[] = [];
  const slots: unknown[] = [0, 0];
  const tasks = syncCalls(slots);
  const outside = new GlueWatch(slots);
  if (watched) outside.know([tasks.async, tasks.context].flatMap(Object.values<unknown>));
  await glue(
    (file) => modules.get(file) as WebAssembly.Module,
    { ...hostInterfaces(imports, asking, abis, outside), ...more },
    async (module, given = {}) => {
      const file = files.get(module) ?? '';
      const own = memories.importsOfNext(file);
      const linked: WebAssembly.Imports = {
        ...given,
        ...(given['async'] && { async: tasks.async }),
        ...(given['context'] && { context: tasks.context }),
      };
      const all = watched ? outside.watched(linked) : linked;
      if (own) all[MEMORY_MODULE] = own;
      const { exports } = new WebAssembly.Instance(module, {
        ...all,
        ...preemptionImports(preemption),
      });
      if (watched) outside.know(Object.values(exports));
      memories.hold(file, all, exports);
      const checks = attachPreemption(exports, preemption);
      cores.push({ file, exports, memory: memoryOf(exports, all), checks });
      await runStart(exports);
      return { exports };
    },
  );
  return { cores, memories, abis, outside };
}

/**
 * The object of imports as the glue takes it apart: interfaces without their versions, functions in camel case.
 * @param abis gets those by which they are bound
 */
function hostInterfaces(
  imports: BoundImports,
  asking: AskingImports,
  abis: CoreAbi[],
  outside: GlueWatch,
): Record<string, Record<string, unknown>> {
  const interfaces: Record<string, Record<string, unknown>> = {};
  // The glue makes an object for each function; one for each pair of memory and realloc lets them share a view.
  const shared = (abi: CoreAbi): CoreAbi => {
    const known = abis.find((each) => each.memory === abi.memory && each.realloc === abi.realloc);
    if (!known) abis.push(abi);
    return known ?? abi;
  };
  const asks = new ComponentAsking(imports, asking);
  for (const [name, { descriptor, bind }] of imports) {
    const [path = '', method = ''] = name.split('#');
    const [key = ''] = path.split('@');
    const unreached = (): never => {
      throw new Error(`${name} was called without its binding`);
    };
    (interfaces[key] ??= {})[camelCase(method)] = Object.assign(unreached, {
      [LOWER](abi: CoreAbi) {
        const core = descriptor.asks ? asks.bound(name, shared(abi)) : bind(shared(abi));
        outside.know([core]);
        return core;
      },
    });
  }
  return interfaces;
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function nothing(): void {}

/**
 * What adapters between the components of one image import for the bookkeeping of tasks. The transpiler's own expects
 * that an export was entered through its code, which it is not here; and a program of ours has no task beside the one
 * that runs. Adapters save and restore the context around each call themselves.
 */
function syncCalls(slots: unknown[]): {
  async: WebAssembly.ModuleImports;
  context: WebAssembly.ModuleImports;
} {
  return {
    async: { 'enter-sync-call': nothing, 'exit-sync-call': nothing },
    context: {
      get0: () => slots[0],
      get1: () => slots[1],
      set0: (value: unknown) => void (slots[0] = value),
      set1: (value: unknown) => void (slots[1] = value),
    },
  };
}
