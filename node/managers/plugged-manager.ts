import type { Clock } from '#kernel/clock.ts';
import type { StrategyAnswer, StrategyCall } from '#node/managers/manager-instance.ts';

// A strategy is a short function that waits for nothing: one that computes for longer is taken for stuck. The first call also
// loads it. It is processor time, since on a busy machine its thread waits for a processor as others do.
const COMPUTES_MS = 3_000;
// One that has not had that much of a processor by then is passed over as well.
const ANSWERS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** Begins when it is looked at for the first time since its last answer. */
interface Stretch {
  readonly usedMs: number;
  readonly beganAt: number;
}

/** A thread that has an instance of a manager, from outside. */
export interface ManagerThread {
  ask(call: StrategyCall): void;
  /** Processor time since it was begun. */
  usedMs(): Promise<number>;
  terminate(): Promise<void>;
}

/** Begins one for a prepared image. `lost` is told why, if it ends by itself. */
export type StartManager = (
  program: string,
  answered: (answer: StrategyAnswer) => void,
  lost: (why: string) => void,
) => ManagerThread;

export interface PluggedManagerComponents {
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly start: StartManager;
}

/** A manager that is plugged in, as its node asks it. Its thread is ended and begun anew where it does not answer. */
export class PluggedManager implements AsyncDisposable {
  readonly #components: PluggedManagerComponents;
  readonly #program: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #thread: ManagerThread | undefined;
  #stretch: Stretch | undefined;
  #stopWatching: (() => void) | undefined;
  #lastId = 0;

  /** @param program a prepared image */
  constructor(components: PluggedManagerComponents, program: string) {
    this.#components = components;
    this.#program = program;
  }

  /** Calls a function of the manager. Rejects with what went wrong, also where it does not answer. */
  call(functionName: string, params: readonly unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const call: StrategyCall = { id, functionName, params };
    this.#begun().ask(call);
    this.#watch();
    return answer.promise;
  }

  /** Ends it once it has answered what it was asked. */
  async retire(): Promise<void> {
    const asked = [...this.#waiting.values()].map(({ promise }) => promise);
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
    this.#stretch = undefined;
    if (this.#waiting.size === 0) this.#stopWatching?.();
    if ('error' in answered) waiting.reject(new Error(answered.error));
    else waiting.resolve(answered.value);
  }

  #watch(): void {
    if (this.#stopWatching) return;
    const stop = this.#components.clock.after(LOOK_EVERY_MS, () => void this.#look());
    this.#stopWatching = () => {
      stop();
      this.#stopWatching = undefined;
    };
  }

  async #look(): Promise<void> {
    const thread = this.#thread;
    const usedMs = await thread?.usedMs();
    if (usedMs === undefined || thread !== this.#thread || this.#waiting.size === 0) return;
    const now = this.#components.clock.now();
    const stretch = (this.#stretch ??= { usedMs, beganAt: now });
    this.#stopWatching?.();
    if (usedMs - stretch.usedMs >= COMPUTES_MS)
      this.#restart(`no answer within ${COMPUTES_MS} ms of processor time`);
    else if (now - stretch.beganAt >= ANSWERS_WITHIN_MS)
      this.#restart(`no answer within ${ANSWERS_WITHIN_MS} ms`);
    else this.#watch();
  }

  #restart(why: string): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#fail(why);
  }

  #fail(why: string): void {
    this.#stretch = undefined;
    this.#stopWatching?.();
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
