/** The thread of a manager that is plugged in. */
import { parentPort, workerData } from 'node:worker_threads';
import { ManagerInstance, type StrategyCall } from '#node/managers/manager-instance.ts';
import { loadProgram } from '#wasm-abi/load.ts';

export interface ManagerThreadData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
  readonly program: string;
}

const { cacheDir, program } = workerData as ManagerThreadData;
const instance = new ManagerInstance(() => loadProgram(cacheDir, program));

parentPort!.on('message', (call: StrategyCall) => {
  void instance.answer(call).then((answer) => parentPort!.postMessage(answer));
});
