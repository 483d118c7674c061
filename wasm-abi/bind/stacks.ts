import { engineTrap } from '#posiv-wit/abi/engine-trap.ts';
import { type GuestMemory, keepAll } from '#posiv-wit/abi/guest-memory.ts';
import type { CoreFunction, ExportedFunction } from '#posiv-wit/function-descriptor.ts';
import { promising, suspending } from './jspi.ts';
import { SHIM_IMPORTS } from './shim-sections.ts';
import { MOST_REQUESTS, PARAM_BYTES, PARAMS_AT, type Shape, stackShim } from './stack-shim.ts';

/** Idle ones that are kept, of each shape: as many as run at the same time and do not wait. Each holds some pages of memory. */
const MOST_IDLE = 16;

/** Whose code runs on a stack. */
export interface Occupant {
  /** Its code begins to run: some microtasks after it was called. What this throws its caller gets instead. */
  entered(): void;
  /** Its code has returned. */
  left(): void;
}

/** A function that a guest exports, with all of the guest's code that a call of it runs. */
export interface Callee {
  readonly core: CoreFunction;
  /** Its `cabi_realloc`, if it has one, and what frees a result of this function. */
  readonly realloc: CoreFunction | undefined;
  readonly post: CoreFunction | undefined;
  /** What the host does in between. */
  readonly host: ExportedFunction;
  readonly occupant: Occupant;
}

/** Something to run. */
interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly callee: Callee;
  /** The functions of it, as `run` takes them. */
  readonly functions: object;
  readonly params: readonly unknown[];
}

/**
 * A guest's function as the host calls it, on a stack that was there before: a new one for each call would take twice the time,
 * and leave the engine 400 bytes of old objects, which have it collect its whole heap for every 25,000 calls. It begins to run in
 * a later microtask, never at once, whether there was a stack or not: what comes when is the same in every run. Where the guest stores what
 * it is given, or frees what it gave, is suspended as its functions are.
 */
export function onStack(
  callee: Callee,
  shape: Shape,
): (params: readonly unknown[]) => Promise<unknown> {
  const stacks = stacksOf(shape);
  const functions = stacks.together(callee);
  if (functions) return (params) => stacks.run(callee, functions, params);
  return async () => {
    throw engineTrap('canonical ABI: a function that is exported has another type');
  };
}

/** By shape; of the thread, for a stack that waits for good would never be given back. */
const shapes = new Map<string, Stacks>();

function stacksOf({ params, result }: Shape): Stacks {
  const key = [...params, '->', result].join(' ');
  const stacks = shapes.get(key) ?? new Stacks({ params, result });
  shapes.set(key, stacks);
  return stacks;
}

/** The stacks for functions of one shape. */
class Stacks {
  readonly #idle: Stack[] = [];
  readonly #run: (stack: Stack) => Promise<unknown>;
  readonly #together: (...functions: (CoreFunction | null)[]) => object;

  constructor(shape: Shape) {
    const host: WebAssembly.ModuleImports = {
      next: suspending((stack: Stack) => this.#next(stack)),
      begin: (stack: Stack) => stack.begin(words),
      stored: (stack: Stack, p0: number, p1: number, p2: number, p3: number) =>
        stack.stored(p0, p1, p2, p3, words),
      done: (stack: Stack, result?: unknown) => stack.done(result),
      freed: (stack: Stack) => stack.freed(),
    };
    const module = new WebAssembly.Module(stackShim(shape));
    const { exports } = new WebAssembly.Instance(module, { [SHIM_IMPORTS]: host });
    this.#run = promising(exports['run']);
    this.#together = exports['together'] as () => object;
    const words = new Words(shape, (exports['words'] as WebAssembly.Memory).buffer);
  }

  /** What `run` is to be given; undefined where a function has another type than it should have. */
  together({ core, realloc, post }: Callee): object | undefined {
    try {
      return this.#together(core, realloc ?? null, post ?? null);
    } catch {
      return undefined;
    }
  }

  run(callee: Callee, functions: object, params: readonly unknown[]): Promise<unknown> {
    if (this.#idle.length === 0) this.#begin();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#idle.pop()!.wake({ callee, functions, params, resolve, reject });
    return promise;
  }

  /** One more, which is idle then. */
  #begin(): void {
    const stack = new Stack();
    this.#run(stack).catch((error: unknown) => stack.broke(error));
  }

  /** It has nothing to run: 0, if it is to end. */
  #next(stack: Stack): number | Promise<number> {
    if (this.#idle.length >= MOST_IDLE) return 0;
    this.#idle.push(stack);
    return stack.idle();
  }
}

/** What all stacks of a shape are told, each as soon as it goes on. */
class Words {
  readonly #view: DataView;
  readonly #words: Int32Array;
  readonly #types: Shape['params'];
  readonly #onlyI32: boolean;

  constructor({ params }: Shape, buffer: ArrayBuffer) {
    this.#types = params;
    this.#onlyI32 = params.every((each) => each === 'i32');
    this.#view = new DataView(buffer);
    this.#words = new Int32Array(buffer);
  }

  /** What the guest is to give room for next. */
  putRequests(first: number, memory: GuestMemory): void {
    this.#words[0] = first;
    for (let at = 1; at < MOST_REQUESTS; at++) this.#words[at] = memory.requestAfter(at);
  }

  putParams(flats: readonly (number | bigint)[]): void {
    const words = this.#words;
    words[0] = 0;
    if (!this.#onlyI32) return this.#putMixed(flats);
    for (let at = 0; at < flats.length; at++)
      words[(PARAMS_AT + at * PARAM_BYTES) / 4] = flats[at] as number;
  }

  #putMixed(flats: readonly (number | bigint)[]): void {
    const view = this.#view;
    for (const [index, type] of this.#types.entries()) {
      const at = PARAMS_AT + index * PARAM_BYTES;
      if (type === 'i32') view.setInt32(at, flats[index] as number, true);
      else if (type === 'i64') view.setBigInt64(at, flats[index] as bigint, true);
      else if (type === 'f64') view.setFloat64(at, flats[index] as number, true);
      else view.setFloat32(at, flats[index] as number, true);
    }
  }
}

/** A stack of the engine's, for one call after the other; a call that traps takes it along. */
class Stack {
  #call: Call | undefined;
  #value: unknown;
  #wake: ((goOn: number) => void) | undefined;

  idle(): Promise<number> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(call: Call): void {
    this.#call = call;
    this.#wake!(1);
  }

  /** The functions that are to be called, with the first of what they need in `words`. */
  begin(words: Words): object {
    const { callee, functions, params } = this.#call!;
    const { host, occupant } = callee;
    occupant.entered();
    host.memory.checkEntry();
    this.#put(host.memory.pass(host.ask, host.pass, params), words);
    return functions;
  }

  /** The guest has given room for what it was asked for. */
  stored(p0: number, p1: number, p2: number, p3: number, words: Words): void {
    const { memory } = this.#call!.callee.host;
    let request = memory.stored(p0);
    if (request !== 0) request = memory.stored(p1);
    if (request !== 0) request = memory.stored(p2);
    if (request !== 0) request = memory.stored(p3);
    this.#put(request, words);
  }

  /** The guest's function has returned. @returns 1, if its result is to be freed */
  done(result: unknown): number {
    const { host, post } = this.#call!.callee;
    this.#value = host.take(result);
    if (post) return 1;
    this.freed();
    return 0;
  }

  freed(): void {
    const { callee, resolve } = this.#call!;
    const value = this.#value;
    this.#call = undefined;
    this.#value = undefined;
    callee.occupant.left();
    resolve(value);
  }

  broke(error: unknown): void {
    keepAll(); // else what the guest was passed, and with it the guest, would be kept until a stack is suspended
    this.#call?.reject(error);
  }

  /** What the guest needs next: requests for room, or once all is stored the parameters. */
  #put(request: number, words: Words): void {
    const { memory } = this.#call!.callee.host;
    if (request === 0) words.putParams(memory.made as (number | bigint)[]);
    else words.putRequests(request, memory);
  }
}
