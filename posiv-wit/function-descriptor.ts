import type { CoreAbi } from './abi/core-abi.ts';
import type { Awaitable } from './result.ts';
import type { Reader } from './codec/reader.ts';
import type { Writer } from './codec/writer.ts';

export type { CoreAbi } from './abi/core-abi.ts';

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
   */
  lower(host: HostFunction, abi: CoreAbi): CoreFunction;

  /**
   * The host's function for one that a guest exports as `core` (which may be wrapped in `WebAssembly.promising`).
   * `post` is the guest's `cabi_post_` function, called once the result has been copied out.
   */
  lift(
    core: CoreFunction,
    abi: CoreAbi,
    post?: CoreFunction,
  ): (...params: unknown[]) => Awaitable<unknown>;
}
