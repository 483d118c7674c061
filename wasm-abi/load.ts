import { setImmediate as nextTurn } from 'node:timers/promises';
import { Script } from 'node:vm';
import type { Awaitable } from '#posiv-wit/result.ts';
import type { Glue } from './bind/component.ts';
import type { Hibernated } from './bind/hibernated.ts';
import type { HostBinding } from './bind/host-binding.ts';
import type { Preemption } from './bind/preemption.ts';
import type { ProgramSpares } from './bind/recycler.ts';
import { Spares } from './bind/spares.ts';
import { readEntry } from './cache-entry.ts';
import { componentProgram } from './component-program.ts';
import { coreProgram } from './core-program.ts';
import { NotPreparedError } from './errors.ts';
import type { ImageDescription } from './inspect.ts';
import type { Preparation } from './prepared.ts';

export type { Hibernated } from './bind/hibernated.ts';
export type { HostBinding, Owner } from './bind/host-binding.ts';
export type { Preemption } from './bind/preemption.ts';

/** A prepared image whose code is compiled: makes instances that have nothing in common but the code. */
export interface Program {
  readonly description: ImageDescription;
  /** What the tables of one instance together may come to have. */
  readonly tableElements: number;
  /**
   * Makes a new instance.
   * @throws {missing-imports} also {quota-exceeded} and {invalid-arguments}; what the image's own code throws as it starts comes as it is
   */
  instantiate(host: HostBinding, init: InstanceInit): Promise<Instance>;
  /**
   * An instance that somebody else has given back, at once, in 3 us against 60: it is as a new one would be, having started
   * already. Undefined where there is none.
   */
  reuse?(
    host: HostBinding,
    init: Pick<InstanceInit, 'maxPages' | 'preemption'>,
  ): Instance | undefined;
  /**
   * An instance that goes on from where one of this program has left off that hibernates: with the same memory and globals.
   * At once where `reuse` would give one; else a new one, which starts before.
   * @param init with the quota of memory with which that one started; what was changed since has to be changed again
   */
  wake?(from: Hibernated, host: HostBinding, init: InstanceInit): Awaitable<Instance>;
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
  /** Changes the pages of 64 KiB that its memories may come to have together, from now on. */
  limitMemory(maxPages: number): void;
  /**
   * Where all that it can change can be undone, for a host with a `family`: gives the instance back when whom it was for has
   * ended, to be put back exactly as it was made and used again for another. It is not to be used from then on.
   * @returns bytes of memory that are left to be collected: all of it if it cannot be used again, since its memory has grown,
   *   a call in it trapped or has not returned, or it has changed what nobody can change back; or that of older ones which it
   *   takes the place of
   */
  recycle?(): number;
  /**
   * Where it is not used again: gives what its memories hold back to the system, some of it at each step. Nothing of it is to be looked
   * at any more; what of it still runs sees zeros.
   * @returns at each step the bytes that were given back, maybe none; undefined where it is used again
   */
  discard(): Iterator<number> | undefined;
  /**
   * Gives such an instance back while no call is in it, for whom it was for to go on later, by `Program.wake`; undefined, and
   * nothing has changed, where that would save little.
   * @returns `left`: as of `recycle`
   */
  hibernate?(): { readonly from: Hibernated; readonly left: number } | undefined;
  /** Of one that has just been made: goes on from there. */
  wake?(from: Hibernated): void;
}

/**
 * Reads and compiles what `prepareImage` made. For the thread that runs the instances.
 * @param spares where its instances wait that may be used again; shared by the programs of a lane
 * @throws {not-prepared}
 */
export async function loadProgram(
  cacheDir: string,
  key: string,
  spares: ProgramSpares = new Spares(),
): Promise<Program> {
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
    if (meta.glue === undefined) return coreProgram(meta, modules, spares);
    const { source, compiled: asCompiled } = meta.glue;
    const glue = evaluate(files.get(source), files.get(asCompiled), key);
    await nextTurn(); // it took a millisecond, and to run it takes more, where many functions are imported
    return componentProgram(meta, modules, glue, spares);
  } catch (error) {
    throw new NotPreparedError(key, 'its files do not compile', error);
  }
}

/** @param cachedData which the engine leaves alone, and parses the source, unless it has the flags of one with lanes */
function evaluate(
  source: Uint8Array | undefined,
  cachedData: Uint8Array | undefined,
  key: string,
): Glue {
  const filename = `image-${key.slice(0, 12)}.js`;
  const script = new Script(new TextDecoder().decode(source), { filename, cachedData });
  return script.runInThisContext() as Glue;
}
