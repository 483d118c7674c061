import type { GuestMemory } from '#posiv-wit/abi/guest-memory.ts';
import type { CoreFunction, CoreType } from '#posiv-wit/function-descriptor.ts';
import { type Handles, noSuchHandle } from './handles.ts';
import type { Output } from './output.ts';
import type { WasiSources } from './sources.ts';

/** What the functions of one instance share. */
export interface WasiInstance {
  readonly sources: WasiSources;
  readonly output: Output;
  readonly args: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
}

/** How one function reaches its guest. */
export interface WasiAbi {
  readonly memory: GuestMemory;
  readonly handles: Handles;
}

/**
 * A function of WASI, bound to one instance: core wasm calls it with flat parameters of the Canonical ABI. What it is
 * passed is a stranger's; what breaks the ABI, or a limit for which WASI has no error, traps.
 */
export interface WasiFunction {
  readonly bind: (wasi: WasiInstance, abi: WasiAbi) => CoreFunction;
  /** Where it gives a promise, the guest's stack waits for it. */
  readonly suspends: boolean;
  /** Storing its result takes room: it gives the number of its first request (`GuestMemory.store`), and these are its parameters. */
  readonly asks?: readonly CoreType[];
}

/** An interface of WASI 0.2 as vTasks see it. */
export interface WasiInterface {
  /** Without its version, for example `wasi:io/poll`. */
  readonly name: string;
  /** Kinds of resources that it declares. */
  readonly resources: readonly string[];
  /** Kinds of which no vTask can ever hold one: their methods need not be carried out. */
  readonly unheld?: readonly string[];
  readonly functions: Readonly<Record<string, WasiFunction>>;
}

export function answers(bind: WasiFunction['bind']): WasiFunction {
  return { bind, suspends: false };
}

/** For a function that takes a resource, first of its parameters, of a kind of which there is none. */
export const noHandle: WasiFunction = answers(() => (self: number) => noSuchHandle(self));

export function waits(bind: WasiFunction['bind']): WasiFunction {
  return { bind, suspends: true };
}

export function asks(params: readonly CoreType[], bind: WasiFunction['bind']): WasiFunction {
  return { bind, suspends: false, asks: params };
}

/** One that waits, too. */
export function waitsAndAsks(
  params: readonly CoreType[],
  bind: WasiFunction['bind'],
): WasiFunction {
  return { bind, suspends: true, asks: params };
}
