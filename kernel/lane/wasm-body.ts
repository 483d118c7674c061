import type { Body } from '#kernel/lane/body.ts';
import { coarseUs } from '#kernel/lane/coarse-clock.ts';
import type { Host } from '#kernel/lane/lane.ts';
import { endedByExit } from '#kernel/lane/wasi-exit.ts';
import { wasiSources } from '#kernel/lane/wasi-sources.ts';
import type { Random } from '#kernel/random.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { Channel, HandlersCalls } from '#posiv-wit/generated/kernel.ts';
import type { CreateFrame } from '#posiv-wit/generated/wire.ts';
import { ok, type Result } from '#posiv-wit/result.ts';
import { UnsupportedImageError } from '#wasm-abi/errors.ts';
import type { HostBinding, Instance, Program } from '#wasm-abi/load.ts';

const IPC = 'posiv:kernel/ipc@0.1.0';
const HANDLERS = 'posiv:kernel/handlers@0.1.0';
const RUN = 'posiv:kernel/program@0.1.0#run';

// A C program takes its first argument for its own name; `cmd` begins with the second.
const PROGRAM_NAME = 'vtask';

type Call = { call: (...params: never[]) => unknown; suspends: boolean };

/** An instance of a program as the body of a vTask. */
export async function wasmBody(
  program: Program,
  start: CreateFrame,
  host: Host,
  random: Random,
  flag: WebAssembly.Memory,
): Promise<Body> {
  const { runner } = host;
  const instance = await program.instantiate(binding(host, random), {
    maxPages: host.task.limits.memoryPages,
    args: [PROGRAM_NAME, ...start.cmd],
    environment: start.environment,
    preemption: {
      flag,
      tick: () => runner.tick(),
      pause: () => runner.pause(),
    },
  });
  runner.leave(); // of what ran as it started
  const memoryBytes = () => instance.memoryBytes();
  if (instance.start) {
    const command = instance.start.bind(instance);
    const run = async () => ok(await command());
    return { run, handlers: undefined, memoryBytes };
  }
  const lift = endedByExit(host.task, program.description, (name) => instance.lift(name));
  const run = lift(RUN) as
    | ((cmd: readonly string[]) => Promise<Result<number, string>>)
    | undefined;
  if (!run) throw new UnsupportedImageError(`it exports neither ${RUN} nor wasi:cli/run`);
  return { run, handlers: liftHandlers(lift), memoryBytes };
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

function binding(host: Host, random: Random): HostBinding {
  const own = ownCalls(host);
  return {
    resolve: (descriptor) => guarded(host, own.get(descriptor.name) ?? forwarded(host, descriptor)),
    write(channel, bytes) {
      host.task.refuseIfEnded();
      const held = host.log.write(channel, bytes);
      return held && host.runner.suspended(held);
    },
    wasi: wasiSources(host, random),
  };
}

/** What the lane carries out itself. */
function ownCalls({ task, ipc, log, clock }: Host): Map<string, Call> {
  const own = new Map<string, Call>();
  const suspends = new Set(['rpc', 'msg', 'receive']);
  for (const { name, method } of functionsOf(IPC)) {
    const call = ipc[method as keyof typeof ipc] as Call['call'];
    own.set(name, { call, suspends: suspends.has(method) });
  }
  own.set('posiv:kernel/vtask@0.1.0#self', { call: () => task.vtid, suspends: false });
  own.set('posiv:kernel/vtask@0.1.0#exit', {
    call: (status: number) => task.exit(status),
    suspends: false,
  });
  own.set('posiv:kernel/log@0.1.0#write', {
    call: (channel: Channel, text: Uint8Array) => log.write(channel, text),
    suspends: true,
  });
  own.set('posiv:kernel/clock@0.1.0#monotonic-us', {
    call: () => coarseUs(clock),
    suspends: false,
  });
  own.set('posiv:kernel/clock@0.1.0#wall-ms', { call: () => clock.wallTime(), suspends: false });
  return own;
}

/** What the lane or its node carries out. */
function forwarded(host: Host, descriptor: FunctionDescriptor): Call {
  return { suspends: true, call: (...params) => host.call(descriptor, params) };
}

/** Once a vTask has ended, no call of it has any effect. */
function guarded(host: Host, { call, suspends }: Call): Call {
  return {
    suspends,
    call: (...params) => {
      host.task.refuseIfEnded();
      const result = call(...params);
      return result instanceof Promise ? host.runner.suspended(result) : result;
    },
  };
}
