import type { Clock } from '#kernel/clock.ts';
import type { StrategyAnswer, StrategyCall } from '#node/managers/manager-instance.ts';

// A strategy is a short function: one that takes longer than this is taken for stuck. The first call also loads it.
const ANSWERS_WITHIN_MS = 5_000;

interface Waiting {
  readonly answer: PromiseWithResolvers<unknown>;
  readonly cancel: () => void;
}

/** A thread that has an instance of a manager, from outside. */
export interface ManagerThread {
  ask(call: StrategyCall): void;
  terminate(): Promise<void>;
}

/** Begins one for a prepared image. `lost` is told why, if it ends by itself. */
export type StartManager = (
  program: string,
  answered: (answer: StrategyAnswer) => void,
  lost: (why: string) => void,
) => ManagerThread;

export interface PluggedManagerComponents {
  readonly clock: Pick<Clock, 'after'>;
  readonly start: StartManager;
}

/** A manager that is plugged in, as its node asks it. Its thread is ended and begun anew where it does not answer. */
export class PluggedManager implements AsyncDisposable {
  readonly #components: PluggedManagerComponents;
  readonly #program: string;
  readonly #waiting = new Map<number, Waiting>();
  #thread: ManagerThread | undefined;
  #lastId = 0;

  /** @param program a prepared image */
  constructor(components: PluggedManagerComponents, program: string) {
    this.#components = components;
    this.#program = program;
  }

  /** Calls a function of the manager. Rejects with what went wrong, at the latest after five seconds. */
  call(functionName: string, params: readonly unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<unknown>();
    const cancel = this.#components.clock.after(ANSWERS_WITHIN_MS, () =>
      this.#restart(`no answer within ${ANSWERS_WITHIN_MS} ms`),
    );
    this.#waiting.set(id, { answer, cancel });
    const call: StrategyCall = { id, functionName, params };
    this.#begun().ask(call);
    return answer.promise;
  }

  /** Ends it once it has answered what it was asked. */
  async retire(): Promise<void> {
    const asked = [...this.#waiting.values()].map(({ answer }) => answer.promise);
    await Promise.allSettled(asked);
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('it was ended');
    await this.#thread?.terminate();
  }

  #begun(): ManagerThread {
    return (this.#thread ??= this.#components.start(
      this.#program,
      (answer) => this.#answered(answer),
      (why) => this.#restart(why),
    ));
  }

  #answered(answered: StrategyAnswer): void {
    const waiting = this.#waiting.get(answered.id);
    if (!waiting) return;
    this.#waiting.delete(answered.id);
    waiting.cancel();
    if ('error' in answered) waiting.answer.reject(new Error(answered.error));
    else waiting.answer.resolve(answered.value);
  }

  #restart(why: string): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#fail(why);
  }

  #fail(why: string): void {
    for (const { answer, cancel } of this.#waiting.values()) {
      cancel();
      answer.reject(new Error(why));
    }
    this.#waiting.clear();
  }
}
