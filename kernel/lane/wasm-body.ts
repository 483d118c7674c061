import type { Body } from '#kernel/lane/body.ts';
import { GuestHost } from '#kernel/lane/guest-host.ts';
import type { Host } from '#kernel/lane/lane.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { endedByExit } from '#kernel/lane/wasi-exit.ts';
import type { Random } from '#kernel/random.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type { HandlersCalls } from '#posiv-wit/generated/kernel.ts';
import type { CreateFrame } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, ok, type Result } from '#posiv-wit/result.ts';
import { TableQuotaError, UnsupportedImageError } from '#wasm-abi/errors.ts';
import type { Instance, Program } from '#wasm-abi/load.ts';

const HANDLERS = 'posiv:kernel/handlers@0.1.0';
const RUN = 'posiv:kernel/program@0.1.0#run';

// A C program takes its first argument for its own name; `cmd` begins with the second.
const PROGRAM_NAME = 'vtask';

/** An instance of a program as the body of a vTask: at once, where one of the same program that has ended can be used again. */
export function wasmBody(
  program: Program,
  start: CreateFrame,
  host: Host,
  random: Random,
  flag: WebAssembly.Memory,
): Awaitable<Body> {
  refuseTables(program, host.task.limits);
  const guest = new GuestHost(host, random, flag);
  const init = {
    maxPages: host.task.limits.memoryPages,
    args: [PROGRAM_NAME, ...start.cmd],
    environment: start.environment,
    preemption: guest,
  };
  const spare = program.reuse?.(guest, init);
  if (spare) return bodyOf(spare, program, host);
  return program.instantiate(guest, init).then((made) => bodyOf(made, program, host));
}

function bodyOf(instance: Instance, program: Program, { task, runner }: Host): Body {
  runner.leave(); // of what ran as it started
  const memoryBytes = () => instance.memoryBytes();
  if (instance.start) {
    const command = instance.start.bind(instance);
    const run = async () => ok(await command());
    return { run, handlers: undefined, memoryBytes };
  }
  const lift = endedByExit(task, program.description, (name) => instance.lift(name));
  const run = lift(RUN) as
    | ((cmd: readonly string[]) => Promise<Result<number, string>>)
    | undefined;
  if (!run) throw new UnsupportedImageError(`it exports neither ${RUN} nor wasi:cli/run`);
  const body = { run, handlers: liftHandlers(lift), memoryBytes };
  return instance.recycle ? { ...body, release: () => instance.recycle!() } : body;
}

/** Before there is an instance: from then on nothing of it asks before a table grows. @throws {quota-exceeded} */
function refuseTables({ tableElements }: Program, limits: Limits): void {
  const most = limits.quota.tableElements;
  if (tableElements > most && limits.refuses('table-elements'))
    throw new TableQuotaError(tableElements, most);
}

function liftHandlers(lift: Instance['lift']): HandlersCalls | undefined {
  const calls: Record<string, unknown> = {};
  for (const { name, method } of functionsOf(HANDLERS)) {
    const lifted = lift(name);
    if (!lifted) return undefined;
    calls[method] = lifted;
  }
  return calls as unknown as HandlersCalls;
}
