import { coarseUs } from '#kernel/lane/coarse-clock.ts';
import type { Host } from '#kernel/lane/host.ts';
import { wasiSources } from '#kernel/lane/wasi-sources.ts';
import type { Random } from '#kernel/random.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type { Channel, IpcCalls } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable } from '#posiv-wit/result.ts';
import type { HostBinding, Owner, Preemption } from '#wasm-abi/load.ts';
import type { WasiSources } from '#wasm-abi/wasi/sources.ts';

/** Of `ipc`, the calls that may wait. */
const SUSPENDING = new Set(['rpc', 'startRpc', 'msg', 'receive']);

interface Call {
  readonly call: (host: Host, ...params: never[]) => unknown;
  readonly suspends: boolean;
}

/** What any two vTasks have in common: their calls differ only by whose they are. */
const FAMILY = {};

/** What interrupts the guests of a lane. */
export type Interruption = Pick<Preemption, 'flag' | 'fuelSlice'>;

/** What a lane gives to the instance of one vTask. */
export class GuestHost implements HostBinding, Preemption {
  readonly family = FAMILY;
  readonly host: Host;
  readonly flag: WebAssembly.Memory;
  readonly fuelSlice: number | undefined;
  readonly #random: Pick<Random, 'bytes'>;

  constructor(host: Host, random: Pick<Random, 'bytes'>, interruption: Interruption) {
    this.host = host;
    this.flag = interruption.flag;
    this.#random = random;
    this.fuelSlice = interruption.fuelSlice;
  }

  get wasi(): WasiSources {
    return wasiSources(this.host, this.#random);
  }

  resolve(descriptor: FunctionDescriptor, owner: Owner) {
    return guarded(owner, OWN.get(descriptor.name) ?? forwarded(descriptor));
  }

  write(channel: Channel, bytes: Uint8Array): void | Promise<void> {
    const { task, log, runner } = this.host;
    task.refuseIfEnded();
    const held = log.write(channel, bytes);
    return held && runner.suspended(held);
  }

  tick(): number {
    return this.host.runner.tick();
  }

  pause(): Promise<void> {
    return this.host.runner.pause();
  }

  entered(): void {
    const { task, runner } = this.host;
    task.refuseIfEnded();
    runner.enter();
  }

  left(): void {
    this.host.runner.leave();
  }
}

/**
 * `ipc`, of whichever vTask. A function for each: a message passes here, and to pass on parameters of any number by a name that
 * varies would take it 20 ns more.
 */
const IPC: { readonly [M in keyof IpcCalls]: (h: Host, ...p: Parameters<IpcCalls[M]>) => unknown } =
  {
    registerRpc: ({ ipc }, identity) => ipc.registerRpc(identity),
    rpc: ({ ipc }, vtid, identity, timeoutMs, args) => ipc.rpc(vtid, identity, timeoutMs, args),
    startRpc: ({ ipc }, vtid, identity, timeoutMs, args) =>
      ipc.startRpc(vtid, identity, timeoutMs, args),
    registerMsg: ({ ipc }, identity) => ipc.registerMsg(identity),
    msg: ({ ipc }, vtid, identity, body, timeoutMs) => ipc.msg(vtid, identity, body, timeoutMs),
    receive: ({ ipc }, timeoutMs) => ipc.receive(timeoutMs),
    reply: ({ ipc }, token, outcome) => ipc.reply(token, outcome),
  };

/** What the lane carries out itself. */
const OWN: ReadonlyMap<string, Call> = new Map([
  ...functionsOf('posiv:kernel/ipc@0.1.0').map(({ name, method }) =>
    own(name, IPC[method as keyof IpcCalls], SUSPENDING.has(method)),
  ),
  own('posiv:kernel/vtask@0.1.0#self', ({ task }) => task.vtid),
  own('posiv:kernel/vtask@0.1.0#exit', ({ task }, status: number) => task.exit(status)),
  own('posiv:kernel/clock@0.1.0#monotonic-us', ({ clock }) => coarseUs(clock)),
  own('posiv:kernel/clock@0.1.0#wall-ms', ({ clock }) => clock.wallTime()),
  own(
    'posiv:kernel/log@0.1.0#write',
    ({ log }, channel: Channel, text: Uint8Array) => log.write(channel, text),
    true,
  ),
]);

function own(name: string, call: Call['call'], suspends = false): [string, Call] {
  return [name, { call, suspends }];
}

/** What the lane or its node carries out. */
function forwarded(descriptor: FunctionDescriptor): Call {
  return { call: (host, ...params) => host.call(descriptor, params), suspends: true };
}

/** Once a vTask has ended, no call of it has any effect. */
function guarded(owner: Owner, { call: carryOut, suspends }: Call) {
  return {
    suspends,
    call(...params: never[]): Awaitable<unknown> {
      const { host } = owner.host as GuestHost;
      host.task.refuseIfEnded();
      const result = carryOut(host, ...params);
      if (result instanceof Promise) return host.runner.suspended(result);
      return suspends && host.runner.isOverdue() ? host.runner.overdue(result) : result;
    },
  };
}
