import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import { AskingImports } from './asking-imports.ts';
import type { BoundImports } from './host-binding.ts';

interface Linked {
  readonly abi: CoreAbi;
  readonly exports: WebAssembly.Exports;
}

/**
 * The functions that ask, for an instance of a component. The transpiler's code has them bound one after the other, mostly to the
 * same memory and `cabi_realloc`: all of these are linked at once. Components within a component have others.
 */
export class ComponentAsking {
  readonly #imports: BoundImports;
  readonly #asking: AskingImports;
  #main: Linked | undefined;

  constructor(imports: BoundImports, asking: AskingImports) {
    this.#imports = imports;
    this.#asking = asking;
  }

  /** @param abi the same object for the same memory and `cabi_realloc` */
  bound(name: string, abi: CoreAbi): WebAssembly.ImportValue {
    this.#main ??= this.#link(this.#asking, abi);
    const linked = this.#main.abi === abi ? this.#main : this.#link(AskingImports.of([name]), abi);
    return linked.exports[name]!;
  }

  #link(asking: AskingImports, abi: CoreAbi): Linked {
    const { allocator, exports } = asking.link(abi, (name) => this.#imports.get(name)!.bind(abi));
    allocator.set(0, abi.realloc ?? null);
    return { abi, exports };
  }
}
