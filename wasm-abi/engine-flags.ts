import { setFlagsFromString } from 'node:v8';

/** Of each process with lanes, for Node itself to start it with. */
export const PROCESS_FLAGS = [
  // A node makes little garbage: a small young generation saves 20 MB and costs nothing that shows.
  '--max-semi-space-size=2',
  // What it reads and sends lies outside of V8's heap, which would have a whole collection for every 64 MB of it.
  '--external-memory-accounted-in-global-limit',
  // The heap itself is small, so V8's own factor would have it collected for every few megabytes of buffers.
  '--heap-growing-percent=60',
] as const;

const LANE_FLAGS = [
  // Lanes can have their heaps collected.
  '--expose-gc',
  // At 100,000 messages a second, each of which makes some garbage, a small young generation would be collected ten times as often.
  '--max-semi-space-size=16',
  // A whole collection copies what is young and lives, page by page, unless so much of a page does that it becomes old as it is: at the
  // engine's own 70 % a lane stood still for 10 to 40 ms where a thousand vTasks had just begun, at 5 for half as long.
  '--page-promotion-threshold=5',
  // A way to give memory back to the system without a collection (`bind/discard.ts`). The engine still calls that experimental; no
  // code of a tenant has it.
  '--experimental-wasm-memory-control',
  // Which functions are to be compiled with their module (`rewrite/compile-ahead.ts`). It still calls that experimental; what a
  // tenant's module says of it does not get here.
  '--experimental-wasm-compilation-hints',
] as const;

/** For the threads of lanes, before the first is begun: gives this process, from now on, what they need of the engine. */
export function prepareEngine(): void {
  for (const flag of LANE_FLAGS) setFlagsFromString(flag);
}

/**
 * Gives a process that has no lanes all flags of one that has, whatever it was started with: code that the engine compiled is
 * taken over only by an engine with the same flags.
 */
export function flagAsWithLanes(): void {
  for (const flag of [...PROCESS_FLAGS, ...LANE_FLAGS]) setFlagsFromString(flag);
}
