import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import type { Awaitable } from '#posiv-wit/result.ts';
import type { Instance, InstanceInit, Program } from '../load.ts';
import type { HostBinding } from './host-binding.ts';

/** What one memory has become. */
export interface MemoryState {
  readonly byteLength: number;
  /** Offset and length in bytes of what is other than it was pristine, one range after the other. */
  readonly places: readonly number[];
  /** The bytes of all ranges. */
  readonly bytes: Uint8Array;
}

/** What an instance has become since it was pristine. */
export interface State {
  readonly memories: readonly MemoryState[];
  readonly globals: readonly (number | bigint)[];
}

/** What is left of an instance that hibernates: another one of the same program goes on from it. */
export interface Hibernated {
  /** Pages of 64 KiB that its memories together might come to have as it started. */
  readonly maxPages: number;
  /** That these have. */
  readonly memoryBytes: number;
  readonly state: State;
  /** As of `OutsideState`. */
  readonly slots: readonly unknown[];
  /** In fuel mode: what is left of the slice of each core. */
  readonly fuels: readonly number[];
}

/** Brings a pristine instance of the same module into a state. */
export function enter(
  state: State,
  memories: readonly WebAssembly.Memory[],
  globals: readonly WebAssembly.Global[],
): void {
  for (const [index, { byteLength, places, bytes }] of state.memories.entries()) {
    const memory = memories[index]!;
    const missing = byteLength - memory.buffer.byteLength;
    if (missing > 0) memory.grow(missing / PAGE_BYTES);
    const target = new Uint8Array(memory.buffer);
    let from = 0;
    for (let at = 0; at < places.length; at += 2) {
      const to = from + places[at + 1]!;
      target.set(bytes.subarray(from, to), places[at]);
      from = to;
    }
  }
  for (const [index, value] of state.globals.entries()) globals[index]!.value = value;
}

/** An instance that goes on from there: one that was given back, at once, or a new one. */
export function woken(
  from: Hibernated,
  program: Pick<Program, 'instantiate' | 'reuse'>,
  host: HostBinding,
  init: InstanceInit,
): Awaitable<Instance> {
  const going = (pristine: Instance): Instance => {
    pristine.wake!(from); // it starts as the one did that hibernates, which could
    return pristine;
  };
  const spare = program.reuse?.(host, init);
  return spare ? going(spare) : program.instantiate(host, init).then(going);
}
