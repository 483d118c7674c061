import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import type { Preparation } from '../prepared.ts';
import { type CoreInstance, memoryOf } from './core-exports.ts';
import type { BoundImports } from './host-binding.ts';
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

/**
 * Makes the core instances of a component, linked as the component says. Its imports are bound directly to the canonical
 * ABI and its exports are called directly, so of the transpiler's code only the linking runs. `more` are interfaces that
 * are not of POSIV, as that code takes them.
 */
export async function instantiateComponent(
  glue: Glue,
  preparation: Preparation,
  modules: ReadonlyMap<string, WebAssembly.Module>,
  imports: BoundImports,
  memories: InstanceMemories,
  preemption: Preemption,
  more: Record<string, Record<string, unknown>> = {},
): Promise<readonly CoreInstance[]> {
  const instances: CoreInstance[] = [];
  const files = new Map([...modules].map(([file, module]) => [module, file]));
  const tasks = syncCalls();
  await glue(
    (file) => modules.get(file) as WebAssembly.Module,
    { ...hostInterfaces(preparation, imports), ...more },
    async (module, given = {}) => {
      const own = memories.importsOfNext(files.get(module) ?? '');
      const all = {
        ...given,
        ...(given['async'] && tasks.async),
        ...(given['context'] && tasks.context),
      };
      if (own) all[MEMORY_MODULE] = own;
      const { exports } = new WebAssembly.Instance(module, {
        ...all,
        ...preemptionImports(preemption),
      });
      attachPreemption(exports, preemption);
      instances.push({ exports, memory: memoryOf(exports, all) });
      await runStart(exports);
      return { exports };
    },
  );
  return instances;
}

/** The object of imports as the glue takes it apart: interfaces without their versions, functions in camel case. */
function hostInterfaces(
  preparation: Preparation,
  imports: BoundImports,
): Record<string, Record<string, unknown>> {
  const interfaces: Record<string, Record<string, unknown>> = {};
  const abis: CoreAbi[] = [];
  // The glue makes an object for each function; one for each pair of memory and realloc lets them share a view.
  const shared = (abi: CoreAbi): CoreAbi => {
    const known = abis.find((each) => each.memory === abi.memory && each.realloc === abi.realloc);
    if (!known) abis.push(abi);
    return known ?? abi;
  };
  for (const [name, bind] of imports) {
    const [path = '', method = ''] = name.split('#');
    const [key = ''] = path.split('@');
    const unreached = (): never => {
      throw new Error(`${name} was called without its binding`);
    };
    (interfaces[key] ??= {})[camelCase(method)] = Object.assign(unreached, {
      [LOWER]: (abi: CoreAbi) => bind(shared(abi)),
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
function syncCalls(): { async: WebAssembly.Imports; context: WebAssembly.Imports } {
  const slots = [0, 0];
  return {
    async: { async: { 'enter-sync-call': nothing, 'exit-sync-call': nothing } },
    context: {
      context: {
        get0: () => slots[0],
        get1: () => slots[1],
        set0: (value: number) => void (slots[0] = value),
        set1: (value: number) => void (slots[1] = value),
      },
    },
  };
}
