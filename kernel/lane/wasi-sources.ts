import { CLOCK_STEP_US, coarseUs } from '#kernel/lane/coarse-clock.ts';
import type { Host } from '#kernel/lane/host.ts';
import type { Random } from '#kernel/random.ts';
import type { WasiSources } from '#wasm-abi/wasi/sources.ts';

/** What a lane lets the WASI of one vTask be made from. */
export function wasiSources(host: Host, random: Pick<Random, 'bytes'>): WasiSources {
  const { task, clock, runner } = host;
  return {
    monotonicUs: () => coarseUs(clock),
    clockStepUs: CLOCK_STEP_US,
    wallMs: () => clock.wallTime(),
    random: (count) => random.bytes(count),
    async wait(ms, arm) {
      task.refuseIfEnded();
      let cancel: (() => void) | undefined;
      try {
        const slept = task.suspend<void>((wait) => {
          const wake = (): void => wait.resolve();
          if (ms < Number.POSITIVE_INFINITY) cancel = clock.after(ms, wake);
          arm(wake);
        });
        if (slept) await runner.suspended(slept);
      } finally {
        cancel?.(); // also when the vTask was ended in its sleep
      }
    },
  };
}
