import type { CoreAbi, CoreType } from './abi/core-abi.ts';
import type { GuestMemory } from './abi/guest-memory.ts';
import type { Reader } from './codec/reader.ts';
import type { Writer } from './codec/writer.ts';

export type { CoreAbi, CoreType } from './abi/core-abi.ts';

/** A function of the host, with parameters and a result as `generated/` declares them. */
// oxlint-disable-next-line typescript/no-explicit-any -- each function has types of its own
export type HostFunction = (...params: any[]) => unknown;

/** A function as core wasm sees it: numbers, and BigInts for 64 bits. */
// oxlint-disable-next-line typescript/no-explicit-any -- each function has types of its own
export type CoreFunction = (...flat: any[]) => any;

/** All that can be done with one function of POSIV without knowing it: made from the WIT. */
export interface FunctionDescriptor {
  /** For example `posiv:kernel/ipc@0.1.0#rpc`. */
  readonly name: string;
  readonly interface: string;
  /** The name in TypeScript, for example `startRpc`. */
  readonly method: string;
  readonly paramCount: number;
  /** Of the core function that a guest exports; one that it imports is given a place instead of a result that lies in memory. */
  readonly coreParams: readonly CoreType[];
  readonly coreResult: CoreType | undefined;
  /** Whether storing the result for a guest that imports it may take room that the guest has to give. */
  readonly asks: boolean;

  writeParams(writer: Writer, params: readonly unknown[]): void;
  /** @throws {malformed-value} */
  readParams(reader: Reader): unknown[];
  writeResult(writer: Writer, result: unknown): void;
  /** @throws {malformed-value} */
  readResult(reader: Reader): unknown;

  /**
   * The core function that a guest may import in place of `host`. What a guest passes is copied out of its memory before
   * `host` is called; a pointer, length, tag or string that lies throws `WebAssembly.RuntimeError`. If `host` gives a
   * promise, the core function gives one too (wrap it in `WebAssembly.Suspending`), otherwise it is synchronous.
   * Where the function `asks` it gives no result but the first request for room: see `GuestMemory.store`.
   */
  lower(host: HostFunction, abi: CoreAbi): CoreFunction;

  /** The host's side of a function that a guest exports. */
  exported(abi: CoreAbi): ExportedFunction;
}

/** What the host does before and after it calls a function of a guest. */
export interface ExportedFunction {
  readonly memory: GuestMemory;
  /** Asks for the room that the parameters take; for `GuestMemory.pass`. */
  readonly ask: (params: readonly unknown[]) => void;
  /** The core values to pass; for `GuestMemory.pass`. */
  readonly pass: (at: number, params: readonly unknown[]) => (number | bigint)[];
  /** The result, copied out of the guest's memory: before its `cabi_post_` function is called, which may free it. */
  readonly take: CoreFunction;
}
