import type { Body } from '#kernel/lane/body.ts';
import { GuestHost, type Interruption } from '#kernel/lane/guest-host.ts';
import type { Host } from '#kernel/lane/host.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { liftHandlers, type Run, Service } from '#kernel/lane/service.ts';
import { endedByExit } from '#kernel/lane/wasi-exit.ts';
import type { Random } from '#kernel/random.ts';
import type { HandlersCalls } from '#posiv-wit/generated/kernel.ts';
import type { CreateFrame } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, ok } from '#posiv-wit/result.ts';
import { TableQuotaError, UnsupportedImageError } from '#wasm-abi/errors.ts';
import type { Instance, Program } from '#wasm-abi/load.ts';

const RUN = 'posiv:kernel/program@0.1.0#run';

// A C program takes its first argument for its own name; `cmd` begins with the second.
const PROGRAM_NAME = 'vtask';

/** An instance of a program as the body of a vTask: at once, where one of the same program that has ended can be used again. */
export function wasmBody(
  program: Program,
  start: CreateFrame,
  host: Host,
  random: Pick<Random, 'bytes'>,
  interruption: Interruption,
): Awaitable<Body> {
  refuseTables(program, host.task.limits);
  const guest = new GuestHost(host, random, interruption);
  const { memoryPages: maxPages } = host.task.limits;
  const spare = program.reuse?.(guest, { maxPages, preemption: guest });
  if (spare) return bodyOf(spare, program, guest);
  const args = [PROGRAM_NAME, ...start.cmd];
  const init = { maxPages, args, environment: start.environment, preemption: guest };
  return program.instantiate(guest, init).then((made) => {
    host.runner.leave(); // of what ran as it started
    return bodyOf(made, program, guest);
  });
}

function bodyOf(instance: Instance, program: Program, guest: GuestHost): Body {
  if (instance.start) {
    const command = instance.start.bind(instance);
    return new ProgramBody(instance, async () => ok(await command()), undefined);
  }
  const lift = endedByExit(guest.host.task, program.description, (name) => instance.lift(name));
  const run = lift(RUN) as Run | undefined;
  if (!run) throw new UnsupportedImageError(`it exports neither ${RUN} nor wasi:cli/run`);
  const handlers = liftHandlers(lift);
  if (handlers && instance.recycle) return new Service(instance, program, guest, run, handlers);
  return new ProgramBody(instance, run, handlers);
}

/** An instance for as long as its vTask lives. */
class ProgramBody implements Body {
  readonly run: Run;
  readonly handlers: HandlersCalls | undefined;
  readonly #instance: Instance;

  constructor(instance: Instance, run: Run, handlers: HandlersCalls | undefined) {
    this.#instance = instance;
    this.run = run;
    this.handlers = handlers;
  }

  memoryBytes(): number {
    return this.#instance.memoryBytes();
  }

  limitMemory(maxPages: number): void {
    this.#instance.limitMemory(maxPages);
  }

  release(): number {
    return this.#instance.recycle?.() ?? this.#instance.memoryBytes();
  }

  discard(): Iterator<number> | undefined {
    return this.#instance.discard();
  }
}

/** Before there is an instance: from then on nothing of it asks before a table grows. @throws {quota-exceeded} */
function refuseTables({ tableElements }: Program, limits: Limits): void {
  const most = limits.quota.tableElements;
  if (tableElements > most && limits.refuses('table-elements'))
    throw new TableQuotaError(tableElements, most);
}
