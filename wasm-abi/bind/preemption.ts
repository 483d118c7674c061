import { keepAll } from '#posiv-wit/abi/guest-memory.ts';
import { ADDED_EXPORTS, FLAG_IMPORT, PREEMPTION_MODULE } from '../rewrite/reserved-names.ts';
import { promising, suspending } from './jspi.ts';
import { preemptionShim, SHIM_EXPORT, TICK_ANSWER } from './preemption-shim.ts';
import { SHIM_IMPORTS } from './shim-sections.ts';

/**
 * How whoever schedules instances interrupts them. One object may serve a lane, or each instance its own: `tick` and
 * `pause` are called for the instance that was given it. Neither may throw.
 */
export interface Preemption {
  /** Shared, one page: while the i32 at `FLAG_OFFSET` is not 0, every check of the instances calls `tick`. */
  readonly flag: WebAssembly.Memory;
  /**
   * Called on the guest's stack by a check that found the flag raised, or the fuel used up. It lowers the flag if it is to
   * be lowered.
   * @returns 0: go on; 1: suspend; 2: end by a trap that no guest can catch
   */
  tick(): number;
  /**
   * Resolves when the instance may run again; then `tick` is asked again, and the instance goes on unless it is to end by
   * a trap. Where the stack cannot be suspended (beneath a frame of JavaScript, as in the destructor of a resource of one
   * component that another one drops) it is not called, and the instance goes on to a later check.
   */
  pause(): Promise<void>;
  /**
   * A call into the instance begins to run, which may be some microtasks after it was made. What this throws the call throws:
   * nothing of it has run then.
   */
  entered?(): void;
  /** A call into the instance has returned. */
  left?(): void;
  /** Of images prepared with fuel: the units between two calls of `tick`, for each core instance. Default 1,000,000. */
  readonly fuelSlice?: number;
}

/** About a millisecond. */
const FUEL_SLICE = 1_000_000;

/** For instances that nobody interrupts. */
export const NOT_PREEMPTED: Preemption = {
  flag: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
  tick: () => TICK_ANSWER.goOn,
  pause: () => Promise.resolve(),
};

/** What an instance's checks hand to the shim. */
export interface CheckContext {
  /** Whoever interrupts it now. */
  preemption: Preemption;
  readonly fuel: WebAssembly.Global | undefined;
  /** Whether its fuel has been used up, and given anew. */
  refuelled: boolean;
}

let shim: WebAssembly.ExportValue | undefined;

/** The function that checks call; one for the thread. */
function checkFunction(): WebAssembly.ExportValue {
  if (shim) return shim;
  const host: WebAssembly.ModuleImports = {
    tick: (context: CheckContext): number => {
      const { preemption, fuel } = context;
      if (fuel) {
        fuel.value = preemption.fuelSlice ?? FUEL_SLICE;
        context.refuelled = true;
      }
      return preemption.tick();
    },
    pause: suspending(({ preemption }: CheckContext) => {
      keepAll();
      return preemption.pause();
    }),
  };
  const module = new WebAssembly.Module(preemptionShim());
  const { exports } = new WebAssembly.Instance(module, { [SHIM_IMPORTS]: host });
  shim = exports[SHIM_EXPORT] as WebAssembly.ExportValue;
  return shim;
}

/** What a rewritten core imports for its checks. */
export function preemptionImports({ flag }: Preemption): WebAssembly.Imports {
  return { [PREEMPTION_MODULE]: { [FLAG_IMPORT]: flag } };
}

/**
 * Ties a new core instance's checks to the host; before anything of it runs.
 * @returns what they go by; undefined where it has none
 */
export function attachPreemption(
  exports: WebAssembly.Exports,
  preemption: Preemption,
): CheckContext | undefined {
  const pause = exports[ADDED_EXPORTS.pause] as WebAssembly.Global | undefined;
  const context = exports[ADDED_EXPORTS.context] as WebAssembly.Global | undefined;
  if (!pause || !context) return undefined; // it has no code
  const fuel = exports[ADDED_EXPORTS.fuel] as WebAssembly.Global | undefined;
  if (fuel) fuel.value = preemption.fuelSlice ?? FUEL_SLICE;
  pause.value = checkFunction();
  const checks: CheckContext = { preemption, fuel, refuelled: false };
  context.value = checks;
  return checks;
}

/** Runs what was the module's start function, if it has one: it may be interrupted and suspended as all its functions. */
export async function runStart(exports: WebAssembly.Exports): Promise<void> {
  const start = exports[ADDED_EXPORTS.start];
  if (start) await promising(start)();
}
