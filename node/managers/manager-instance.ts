import type { Instance, Program } from '#wasm-abi/load.ts';

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

/** A manager that is plugged in: an instance that imports nothing and answers one call at a time. */
export class ManagerInstance {
  readonly #load: () => Promise<Program>;
  #instance: Promise<Instance> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param load called with the first question, and with the next one after a failure */
  constructor(load: () => Promise<Program>) {
    this.#load = load;
  }

  answer(call: StrategyCall): Promise<StrategyAnswer> {
    const answering = this.#turn.then(() => this.#answer(call));
    this.#turn = answering;
    return answering;
  }

  async #answer({ id, functionName, params }: StrategyCall): Promise<StrategyAnswer> {
    try {
      const call = (await (this.#instance ??= this.#instantiate())).lift(functionName);
      if (!call) return { id, error: `it does not export ${functionName}` };
      return { id, value: await call(...params) };
    } catch (error) {
      this.#instance = undefined;
      return { id, error: (error as Error).message };
    }
  }

  async #instantiate(): Promise<Instance> {
    const program = await this.#load();
    return program.instantiate(
      { resolve: () => undefined, write() {} },
      { maxPages: MAX_PAGES, args: [], environment: [] },
    );
  }
}
