import type { CoreAbi, CoreFunction } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { Preemption } from './preemption.ts';
import { type Occupant, onStack } from './stacks.ts';

/** An instance of a core module, with the memory that its functions mean by a pointer. */
export interface CoreInstance {
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory | undefined;
}

/** What is known of the calls into an instance. */
export interface CallsInside extends Occupant {
  /** How many have not returned: those that trapped never do. */
  count: number;
}

/** Tells whoever interrupts an instance of the calls into it. */
export function callsInside(holder: { readonly preemption: Preemption }): CallsInside {
  const inside: CallsInside = {
    count: 0,
    entered: () => holder.preemption.entered?.(),
    left() {
      inside.count--;
      holder.preemption.left?.();
    },
  };
  return inside;
}

export type Lifted = (...params: unknown[]) => Promise<unknown>;

/** Of the core instances that a program consists of, finds those that carry its exports, and lifts them. */
export class CoreExports {
  /** The functions of POSIV among the exports, as `posiv:kernel/program@0.1.0#run`. */
  readonly names: ReadonlySet<string>;
  readonly #owners = new Map<string, CoreInstance>();
  readonly #lifted = new Map<string, Lifted>();
  readonly #instances: readonly CoreInstance[];
  readonly #abis: CoreAbi[];
  readonly #inside: CallsInside;

  /** @param inside is told of each call */
  constructor(
    {
      cores: instances,
      abis,
    }: { readonly cores: readonly CoreInstance[]; readonly abis: CoreAbi[] },
    exports: readonly string[],
    inside: CallsInside,
  ) {
    this.#instances = instances;
    this.#abis = abis;
    this.#inside = inside;
    const offered = new Set(exports);
    for (const instance of instances) {
      for (const name of Object.keys(instance.exports)) {
        const hash = name.indexOf('#');
        if (hash > 0 && offered.has(name.slice(0, hash)) && functionNamed(name))
          this.#owners.set(name, instance);
      }
    }
    this.names = new Set(this.#owners.keys());
  }

  /** The function as the host calls it; its stack may be suspended by imports. */
  lift(name: string): Lifted | undefined {
    const before = this.#lifted.get(name);
    const owner = this.#owners.get(name);
    const descriptor = functionNamed(name);
    if (before ?? (!owner || !descriptor)) return before;
    const core = owner?.exports[name];
    if (!owner || !descriptor || typeof core !== 'function') return undefined;
    const abi = this.#abiOf(owner);
    const occupant = this.#inside;
    const call = onStack(
      {
        core: core as CoreFunction,
        realloc: abi.realloc,
        post: owner.exports[`cabi_post_${name}`] as CoreFunction | undefined,
        host: descriptor.exported(abi),
        occupant,
      },
      { params: descriptor.coreParams, result: descriptor.coreResult },
    );
    const lifted: Lifted = (...params) => {
      occupant.count++;
      return call(params);
    };
    this.#lifted.set(name, lifted);
    return lifted;
  }

  #abiOf({ exports, memory }: CoreInstance): CoreAbi {
    const realloc =
      exports['cabi_realloc'] ??
      this.#instances.findLast((each) => each.exports['cabi_realloc'])?.exports['cabi_realloc'];
    const known = this.#abis.find((abi) => abi.memory === memory && abi.realloc === realloc);
    const abi = known ?? ({ memory, realloc } as CoreAbi); // a function that needs neither is bound without
    if (!known) this.#abis.push(abi);
    return abi;
  }
}

/** The memory that is index 0 for a core instance: what it exports, or what it was given. */
export function memoryOf(
  exports: WebAssembly.Exports,
  imports: WebAssembly.Imports,
): WebAssembly.Memory | undefined {
  const candidates = [
    exports['memory'],
    ...Object.values(imports).flatMap((module) => Object.values(module)),
  ];
  return candidates.find((each) => each instanceof WebAssembly.Memory);
}
