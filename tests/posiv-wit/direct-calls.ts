import { guestMemory, type GuestMemory } from '#posiv-wit/abi/guest-memory.ts';
import type {
  CoreAbi,
  CoreFunction,
  FunctionDescriptor,
  HostFunction,
} from '#posiv-wit/function-descriptor.ts';

// Calls between a guest and the host in which JavaScript calls `cabi_realloc` and post-return functions; in a lane wasm does.

/** A function of the host that stores its whole result before it returns. */
export function lowered(
  descriptor: FunctionDescriptor,
  host: HostFunction,
  abi: CoreAbi,
): CoreFunction {
  const core = descriptor.lower(host, abi);
  if (!descriptor.asks) return core;
  const settle = (request: number): void => giveRoom(guestMemory(abi), abi, request);
  return (...flats: unknown[]): unknown => {
    const request: unknown = core(...flats);
    return request instanceof Promise ? request.then(settle) : settle(request as number);
  };
}

/** The host's function for one that a guest exports, which may give a promise. */
export function lifted(
  descriptor: FunctionDescriptor,
  core: CoreFunction,
  abi: CoreAbi,
  post?: CoreFunction,
): (...params: unknown[]) => unknown {
  const { memory, ask, pass, take } = descriptor.exported(abi);
  const finish = (flat: unknown): unknown => {
    const value: unknown = take(flat);
    post?.(flat);
    return value;
  };
  return (...params) => {
    memory.checkEntry();
    giveRoom(memory, abi, memory.pass(ask, pass, params));
    const flat: unknown = core(...(memory.made as unknown[]));
    return flat instanceof Promise ? flat.then(finish) : finish(flat);
  };
}

function giveRoom(memory: GuestMemory, { realloc }: CoreAbi, first: number): void {
  for (let request = first; request !== 0;)
    request = memory.stored(realloc(0, 0, 2 ** (request & 3), request >>> 2));
}
