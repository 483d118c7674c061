/** The thread of the managers that are plugged in: instances that import nothing and answer one call at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadProgram, type Instance } from '#wasm-abi/load.ts';

export interface ManagerThreadData {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
}

/** Asks for a call of a strategy of a prepared image. */
export interface StrategyCall {
  readonly id: number;
  readonly program: string;
  readonly functionName: string;
  readonly params: readonly unknown[];
}

export type StrategyAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

const MAX_PAGES = 1024; // 64 MiB: a language runtime and a view of a large cluster

const { cacheDir } = workerData as ManagerThreadData;
const instances = new Map<string, Promise<Instance>>();
let turn: Promise<void> = Promise.resolve();

async function instantiate(program: string): Promise<Instance> {
  const loaded = await loadProgram(cacheDir, program);
  return loaded.instantiate(
    { resolve: () => undefined, write() {} },
    { maxPages: MAX_PAGES, args: [], environment: [] },
  );
}

async function answer({
  id,
  program,
  functionName,
  params,
}: StrategyCall): Promise<StrategyAnswer> {
  try {
    let instance = instances.get(program);
    if (!instance) instances.set(program, (instance = instantiate(program)));
    const call = (await instance).lift(functionName);
    if (!call) return { id, error: `it does not export ${functionName}` };
    return { id, value: await call(...params) };
  } catch (error) {
    instances.delete(program);
    return { id, error: (error as Error).message };
  }
}

parentPort!.on('message', (call: StrategyCall) => {
  turn = turn.then(async () => parentPort!.postMessage(await answer(call)));
});
