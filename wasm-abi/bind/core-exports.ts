import type { CoreAbi, CoreFunction } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { Awaitable } from '#posiv-wit/result.ts';
import { promising } from './jspi.ts';
import { type Occupant, onStack } from './stacks.ts';

/** An instance of a core module, with the memory that its functions mean by a pointer. */
export interface CoreInstance {
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory | undefined;
}

/** What an instance that is used again knows of the calls into it. */
export interface CallsInside extends Occupant {
  /** How many have not returned: those that trapped never do. */
  count: number;
}

export type Lifted = (...params: unknown[]) => Awaitable<unknown>;

/** Of the core instances that a program consists of, finds those that carry its exports, and lifts them. */
export class CoreExports {
  /** The functions of POSIV among the exports, as `posiv:kernel/program@0.1.0#run`. */
  readonly names: ReadonlySet<string>;
  readonly #owners = new Map<string, CoreInstance>();
  readonly #lifted = new Map<string, Lifted>();
  readonly #instances: readonly CoreInstance[];
  readonly #inside: CallsInside | undefined;

  /** @param inside is kept up to date, if it is given; calls run on stacks that are used again, then */
  constructor(
    instances: readonly CoreInstance[],
    exports: readonly string[],
    inside?: CallsInside,
  ) {
    this.#instances = instances;
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
    const post = owner.exports[`cabi_post_${name}`] as CoreFunction | undefined;
    const abi = this.#abiOf(owner);
    const inside = this.#inside;
    const lifted = inside
      ? descriptor.lift(entering(core as CoreFunction, inside), abi, leaving(post, inside))
      : descriptor.lift(promising(core), abi, post);
    this.#lifted.set(name, lifted);
    return lifted;
  }

  #abiOf({ exports, memory }: CoreInstance): CoreAbi {
    const realloc =
      exports['cabi_realloc'] ??
      this.#instances.findLast((each) => each.exports['cabi_realloc'])?.exports['cabi_realloc'];
    return { memory, realloc } as CoreAbi; // a function that needs neither is bound without
  }
}

function entering(core: CoreFunction, inside: CallsInside): CoreFunction {
  const entry = onStack(core, inside);
  return (...flat: number[]) => {
    inside.count++;
    return entry(flat);
  };
}

/** A post-return function is called last of all, whatever the result: it costs nothing to count there, but what a promise would. */
function leaving(post: CoreFunction | undefined, inside: CallsInside): CoreFunction {
  return (...flat) => {
    post?.(...flat);
    inside.count--;
  };
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
