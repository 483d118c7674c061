import { guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { trap } from '#posiv-wit/abi/trap.ts';
import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import { type AskingFunction, askingShim } from './asking-shim.ts';
import { SHIM_IMPORTS } from './shim-sections.ts';

/** Functions of the host whose results may take room, for the instances of a program. Each gives the number of its first request. */
export class AskingImports {
  readonly #functions: readonly AskingFunction[];
  #module: WebAssembly.Module | undefined;

  constructor(functions: readonly AskingFunction[]) {
    this.#functions = functions;
  }

  /** Of those functions of POSIV that ask. */
  static of(functionNames: readonly string[]): AskingImports {
    const descriptors = functionNames.flatMap((name) => functionNamed(name) ?? []);
    const asking = descriptors.filter(({ asks }) => asks);
    return new AskingImports(
      asking.map(({ name, coreParams }) => ({ name, params: [...coreParams, 'i32'] })),
    );
  }

  /**
   * As an instance may import them, by name.
   * @param abi may be completed later; then `allocator` is to be given the instance's `cabi_realloc`
   * @param bind gives the host's function of a name, bound to `abi`
   */
  link(abi: CoreAbi, bind: (name: string) => WebAssembly.ImportValue): LinkedAsking {
    const allocator = new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 1 });
    if (this.#functions.length === 0) return { allocator, exports: {} };
    this.#module ??= new WebAssembly.Module(askingShim(this.#functions));
    const memory = guestMemory(abi);
    const host: WebAssembly.ModuleImports = {
      realloc: allocator,
      stored: (pointer: number) => memory.stored(pointer),
      threw: () => trap('cabi_realloc threw'),
    };
    for (const { name } of this.#functions) host[name] = bind(name);
    const { exports } = new WebAssembly.Instance(this.#module, { [SHIM_IMPORTS]: host });
    return { allocator, exports };
  }
}

interface LinkedAsking {
  /** Its only element is to become the instance's `cabi_realloc`. */
  readonly allocator: WebAssembly.Table;
  readonly exports: WebAssembly.Exports;
}
