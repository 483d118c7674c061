import type { CoreAbi, FunctionDescriptor, HostFunction } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import { MissingImportsError } from '../errors.ts';
import type { WasiSources } from '../wasi/sources.ts';
import { suspending } from './jspi.ts';

/** What a lane gives the instances that it starts: the only way out of them. */
export interface HostBinding {
  /**
   * The host's side of a function of POSIV; undefined where the instance may not have it. One that `suspends` may give a
   * promise: the instance's stack then waits, and other instances run.
   * @param owner whom the instance is for: of a host with a `family`, to be looked at in each call
   */
  resolve(descriptor: FunctionDescriptor, owner: Owner): HostImport | undefined;
  /** Takes what a WASI program writes. The program is held back until it resolves. */
  write(channel: 'output' | 'errors', bytes: Uint8Array): void | Promise<void>;
  /** What WASI is made from. Absent: images that import any of it are refused. */
  readonly wasi?: WasiSources;
  /**
   * Hosts with the same one resolve the same functions, which know no host but their instance's owner: so an instance that
   * was made for one of them can be used again for another. Absent: each instance is used once.
   */
  readonly family?: object;
}

/** Whom an instance is for. Its imports are bound once, and ask here when they are called. */
export interface Owner {
  readonly host: HostBinding;
}

interface HostImport {
  readonly call: HostFunction;
  readonly suspends: boolean;
}

/** A function of the host, still to be bound to an instance's memory. */
export interface BoundImport {
  readonly descriptor: FunctionDescriptor;
  /** One that `asks` gives the number of its first request then, which is for `AskingImports`. */
  readonly bind: (abi: CoreAbi) => WebAssembly.ImportValue;
}

/** The imports of one instance by their names, `interface#function`. */
export type BoundImports = ReadonlyMap<string, BoundImport>;

/**
 * Finds the host's side of every function that an image imports, before any of the image runs.
 * @throws {missing-imports} with all that the host does not have
 */
export function bindImports(functions: readonly string[], owner: Owner): BoundImports {
  const bound = new Map<string, BoundImport>();
  const missing: string[] = [];
  for (const name of functions) {
    const descriptor = functionNamed(name);
    const offered = descriptor && owner.host.resolve(descriptor, owner);
    if (!offered) missing.push(name);
    else {
      const bind = (abi: CoreAbi): WebAssembly.ImportValue => {
        const core = descriptor.lower(offered.call, abi);
        return offered.suspends ? suspending(core) : core;
      };
      bound.set(name, { descriptor, bind });
    }
  }
  if (missing.length > 0) throw new MissingImportsError(missing);
  return bound;
}
