import type { WasiSources } from '../wasi/sources.ts';
import type { WasiFunction } from './wasi-limits.ts';
import { ERRNO, WasiMemory } from './wasi-memory.ts';

const REALTIME = 0;
const NS_PER_US = 1_000n;
const NS_PER_MS = 1_000_000n;

/** Preview 1's clocks, as coarse as all that vTasks are told of time: the library's would be as fine as the machine's. */
export function clocks(
  memory: () => WebAssembly.Memory,
  sources: WasiSources,
): { clock_time_get: WasiFunction; clock_res_get: WasiFunction } {
  const put = (out: number, ns: bigint): number => {
    new WasiMemory(memory()).setU64(out, ns);
    return ERRNO.success;
  };
  return {
    // The processor time of a program is told as the time that has passed.
    clock_time_get: (clock: number, _precision: bigint, out: number) =>
      put(
        out,
        clock === REALTIME
          ? BigInt(Math.floor(sources.wallMs())) * NS_PER_MS
          : BigInt(sources.monotonicUs()) * NS_PER_US,
      ),
    clock_res_get: (clock: number, out: number) =>
      put(out, clock === REALTIME ? NS_PER_MS : BigInt(sources.clockStepUs) * NS_PER_US),
  };
}
