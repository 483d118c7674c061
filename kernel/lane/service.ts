import type { Body } from '#kernel/lane/body.ts';
import type { GuestHost } from '#kernel/lane/guest-host.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type {
  Completion,
  HandlersCalls,
  Message,
  Notice,
  Outcome,
  Request,
} from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import type { Hibernated, Instance, Program } from '#wasm-abi/load.ts';

const HANDLERS = 'posiv:kernel/handlers@0.1.0';

const NOTHING: readonly never[] = [];

export type Run = (cmd: readonly string[]) => Promise<Result<number, string>>;

/**
 * A service in an instance that can be used again, as a body: while it has nothing to do it can do without the instance. What
 * has changed in its memory is kept, and the next handler that is called runs in another instance, which goes on from there.
 */
export class Service implements Body, HandlersCalls {
  readonly #program: Program;
  readonly #guest: GuestHost;
  #instance: Instance | undefined;
  #run: Run | undefined;
  #awake: HandlersCalls | undefined;
  #asleep: Hibernated | undefined;
  /** Where that is not what it started with. */
  #maxPages: number | undefined;

  constructor(
    instance: Instance,
    program: Program,
    guest: GuestHost,
    run: Run,
    handlers: HandlersCalls,
  ) {
    this.#instance = instance;
    this.#program = program;
    this.#guest = guest;
    this.#run = run;
    this.#awake = handlers;
  }

  get handlers(): HandlersCalls {
    return this;
  }

  async run(cmd: readonly string[]): Promise<Result<number, string>> {
    const run = this.#run!;
    this.#run = undefined;
    return run(cmd);
  }

  memoryBytes(): number {
    return this.#asleep?.memoryBytes ?? this.#instance?.memoryBytes() ?? 0;
  }

  limitMemory(maxPages: number): void {
    this.#maxPages = maxPages;
    this.#instance?.limitMemory(maxPages);
  }

  release(): number {
    return this.#instance?.recycle?.() ?? 0;
  }

  discard(): Iterator<number> | undefined {
    return this.#instance?.discard();
  }

  hibernate(): number {
    const given = this.#instance?.hibernate?.();
    if (!given) return 0;
    this.#asleep = given.from;
    this.#instance = undefined;
    this.#awake = undefined;
    return given.left;
  }

  onRpc(request: Request): Awaitable<Outcome> {
    return this.#awake ? this.#awake.onRpc(request) : this.#woken((its) => its.onRpc(request));
  }

  onMsg(message: Message): Awaitable<void> {
    return this.#awake ? this.#awake.onMsg(message) : this.#woken((its) => its.onMsg(message));
  }

  onCompletion(completion: Completion): Awaitable<void> {
    return this.#woken((its) => its.onCompletion(completion));
  }

  onNotice(notice: Notice): Awaitable<void> {
    return this.#woken((its) => its.onNotice(notice));
  }

  #woken<R>(handle: (handlers: HandlersCalls) => Awaitable<R>): Awaitable<R> {
    if (this.#awake) return handle(this.#awake);
    const guest = this.#guest;
    const { maxPages } = this.#asleep!;
    const init = { maxPages, args: NOTHING, environment: NOTHING, preemption: guest };
    const woken = this.#program.wake!(this.#asleep!, guest, init);
    if (!(woken instanceof Promise)) return handle(this.#awakeIn(woken));
    const { runner, task } = guest.host;
    return runner.suspended(woken).then((instance) => {
      task.refuseIfEnded();
      return handle(this.#awakeIn(instance));
    });
  }

  #awakeIn(instance: Instance): HandlersCalls {
    if (this.#maxPages !== undefined) instance.limitMemory(this.#maxPages);
    this.#instance = instance;
    this.#asleep = undefined;
    this.#awake = liftHandlers((name) => instance.lift(name))!;
    return this.#awake;
  }
}

/** What answers, in an instance of a service. */
export function liftHandlers(lift: Instance['lift']): HandlersCalls | undefined {
  const calls: Record<string, unknown> = {};
  for (const { name, method } of functionsOf(HANDLERS)) {
    const lifted = lift(name);
    if (!lifted) return undefined;
    calls[method] = lifted;
  }
  return calls as unknown as HandlersCalls;
}
