import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import type { ImageDescription } from '../inspect.ts';
import type { AskingImports } from './asking-imports.ts';
import type { BoundImports } from './host-binding.ts';
import type { LinkedInstance } from './linked-instance.ts';
import { type InstanceMemories, MEMORY_MODULE } from './memories.ts';
import { attachPreemption, type Preemption, preemptionImports, runStart } from './preemption.ts';

/**
 * Makes the instance of an image that is one core module, whose start function has then run; `more` are imports that are
 * not of POSIV. `attach` is called before anything of it runs.
 */
export async function instantiateCore(
  module: WebAssembly.Module,
  file: string,
  description: ImageDescription,
  bound: BoundImports,
  asking: AskingImports,
  memories: InstanceMemories,
  preemption: Preemption,
  more: WebAssembly.Imports = {},
  attach: (instance: WebAssembly.Instance) => void = () => undefined,
): Promise<LinkedInstance> {
  // Completed once the instance exists: functions read it when they are called.
  const abi: { memory?: WebAssembly.Memory; realloc?: unknown } = {};
  const asks = asking.link(abi as CoreAbi, (name) => bound.get(name)!.bind(abi as CoreAbi));
  const imports: WebAssembly.Imports = { ...more, ...preemptionImports(preemption) };
  for (const name of description.importedFunctions) {
    const offered = bound.get(name);
    if (!offered) continue;
    const at = name.indexOf('#');
    const functions = (imports[name.slice(0, at)] ??= {});
    functions[name.slice(at + 1)] = asks.exports[name] ?? offered.bind(abi as CoreAbi);
  }
  const own = memories.importsOfNext(file);
  if (own) imports[MEMORY_MODULE] = own;
  const instance = new WebAssembly.Instance(module, imports);
  const { exports } = instance;
  const memory = exports['memory'] as WebAssembly.Memory;
  abi.memory = memory;
  abi.realloc = exports['cabi_realloc'];
  asks.allocator.set(0, exports['cabi_realloc'] ?? null);
  memories.hold(file, imports, exports);
  const checks = attachPreemption(exports, preemption);
  attach(instance);
  await runStart(exports);
  return {
    cores: [{ file, exports, memory, checks }],
    memories,
    abis: [abi as CoreAbi],
    outside: { slots: [], touched: false },
  };
}
