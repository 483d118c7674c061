import { Worker } from 'node:worker_threads';
import type { StrategyAnswer } from '#node/managers/manager-instance.ts';
import type { ManagerThreadData } from '#node/managers/manager-thread.ts';
import type { StartManager } from '#node/managers/plugged-manager.ts';

/** Gives each manager a thread of this process. @param cacheDir the folder of the prepared images */
export function managerThreads(cacheDir: string): StartManager {
  return (program, answered, lost) => {
    const workerData: ManagerThreadData = { cacheDir, program };
    const worker = new Worker(new URL('manager-thread.ts', import.meta.url), { workerData });
    worker.on('message', (answer: StrategyAnswer) => answered(answer));
    worker.on('error', (error) => lost(String(error)));
    return {
      ask: (call) => worker.postMessage(call),
      async usedMs() {
        try {
          const { user, system } = await worker.cpuUsage();
          return (user + system) / 1_000;
        } catch {
          return 0; // it has ended, of which `lost` tells
        }
      },
      async terminate() {
        await worker.terminate();
      },
    };
  };
}
