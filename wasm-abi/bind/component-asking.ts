import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import type { AskingImports } from './asking-imports.ts';
import type { BoundImports } from './host-binding.ts';

/**
 * The functions that ask, for an instance of a component. The transpiler's code has them bound one after the other, mostly to the
 * same memory and `cabi_realloc`, so all of these are linked at once. Components within a component have others.
 */
export class ComponentAsking {
  readonly #imports: BoundImports;
  readonly #asking: AskingImports;
  readonly #linked = new Map<CoreAbi, WebAssembly.Exports>();

  constructor(imports: BoundImports, asking: AskingImports) {
    this.#imports = imports;
    this.#asking = asking;
  }

  /** @param abi the same object for the same memory and `cabi_realloc` */
  bound(name: string, abi: CoreAbi): WebAssembly.ImportValue {
    const linked = this.#linked.get(abi) ?? this.#link(abi);
    return linked[name]!;
  }

  #link(abi: CoreAbi): WebAssembly.Exports {
    const { allocator, exports } = this.#asking.link(abi, (name) =>
      this.#imports.get(name)!.bind(abi),
    );
    allocator.set(0, abi.realloc ?? null);
    this.#linked.set(abi, exports);
    return exports;
  }
}
