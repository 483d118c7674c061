import { Worker } from 'node:worker_threads';
import type { StartLane } from '#kernel/cell/thread-cell.ts';
import { passingFramesOf, writePassing } from '#kernel/ipc/passing.ts';
import { FramePort } from '#kernel/lane/port.ts';
import type { WorkerLaneInit } from '#kernel/lane/worker-lane.ts';
import { alarmMemory, setDeadline } from '#kernel/scheduler/alarm.ts';
import { Ticker } from '#kernel/scheduler/ticker.ts';
import { machineAheadMs } from '#kernel/system-clock.ts';
import { Carriers } from '#node/carriers.ts';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';

const WORKER = new URL('../kernel/lane/worker.ts', import.meta.url);

/** Starts lanes as threads of this process, which find prepared images in `cacheDir`. */
export function laneThreads(cacheDir: string): StartLane {
  const ticker = new Ticker();
  const aheadMs = machineAheadMs();
  prepareEngine();
  return (received, lost) => {
    const alarm = alarmMemory();
    ticker.add(alarm);
    const workerData: WorkerLaneInit = { cacheDir, alarm };
    const worker = new Worker(WORKER, { workerData });
    const carriers = new Carriers();
    const port = new FramePort(
      {
        post(bytes) {
          const own = carriers.fill(bytes);
          worker.postMessage(own, [own.buffer]);
        },
      },
      setImmediate,
      writePassing,
    );
    let terminated = false;
    worker.on('message', (message: Uint8Array | ArrayBuffer) => {
      if (message instanceof ArrayBuffer) carriers.giveBack(message);
      else for (const frame of passingFramesOf(message)) received(frame);
    });
    worker.on('error', (error) => lost(String(error)));
    worker.on('exit', (code) => {
      if (!terminated) lost(`its thread ended with code ${code}`);
    });
    return {
      send: (frame) => port.send(frame),
      actUntil: (deadline) => setDeadline(alarm, deadline + aheadMs),
      async usedMs() {
        try {
          const { user, system } = await worker.cpuUsage();
          return (user + system) / 1_000;
        } catch {
          return 0; // its thread has ended, and the pool hears of it in another way
        }
      },
      async terminate() {
        terminated = true;
        ticker.remove(alarm);
        await worker.terminate();
      },
    };
  };
}
