/** The thread of a manager that is plugged in: an instance that imports nothing and answers one call at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadProgram, type Instance } from '#wasm-abi/load.ts';

export interface ManagerThreadData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
  readonly program: string;
}

/** Asks for a call of the strategy. */
export interface StrategyCall {
  readonly id: number;
  readonly functionName: string;
  readonly params: readonly unknown[];
}

export type StrategyAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

const MAX_PAGES = 1024; // 64 MiB: a language runtime and a view of a large cluster

const { cacheDir, program } = workerData as ManagerThreadData;
let instance: Promise<Instance> | undefined;
let turn: Promise<void> = Promise.resolve();

async function instantiate(): Promise<Instance> {
  const loaded = await loadProgram(cacheDir, program);
  return loaded.instantiate(
    { resolve: () => undefined, write() {} },
    { maxPages: MAX_PAGES, args: [], environment: [] },
  );
}

async function answer({ id, functionName, params }: StrategyCall): Promise<StrategyAnswer> {
  try {
    const call = (await (instance ??= instantiate())).lift(functionName);
    if (!call) return { id, error: `it does not export ${functionName}` };
    return { id, value: await call(...params) };
  } catch (error) {
    instance = undefined;
    return { id, error: (error as Error).message };
  }
}

parentPort!.on('message', (call: StrategyCall) => {
  turn = turn.then(async () => parentPort!.postMessage(await answer(call)));
});
