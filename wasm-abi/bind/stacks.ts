import type { CoreFunction } from '#posiv-wit/function-descriptor.ts';
import { promising, suspending } from './jspi.ts';
import { SHIM_IMPORTS } from './shim-sections.ts';
import { type Shape, stackShim } from './stack-shim.ts';

/** Idle ones that are kept, of each shape: as many as run at the same time and do not wait. Each holds some pages of memory. */
const MOST_IDLE = 16;

/** More than the canonical ABI passes flat. */
const MOST_PARAMS = 17;

/** Whose code runs on a stack. */
export interface Occupant {
  /** Its code begins to run: some microtasks after it was called. What this throws its caller gets instead. */
  entered(): void;
  /** Its code has returned. */
  left(): void;
}

/** Something to run. */
interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly core: CoreFunction;
  readonly params: readonly number[];
  readonly occupant: Occupant;
}

/**
 * An exported function as `promising` makes it, but on a stack that was there before: a new one for each call would take twice the time,
 * and leave the engine 400 bytes of old objects, which have it collect its whole heap for every 25,000 calls. It begins to run in
 * a later microtask, never at once, whether there was a stack or not: what comes when is the same in every run.
 */
export function onStack(
  core: CoreFunction,
  occupant: Occupant,
): (params: readonly number[]) => Promise<unknown> {
  const stacks = stacksFor(core);
  if (stacks) return (params) => stacks.run(core, params, occupant);
  const alone = promising(core as WebAssembly.ExportValue);
  return (params) => alone(...params);
}

/** By shape; of the thread, for a stack that waits for good would never be given back. */
const shapes = new Map<string, Stacks>();

/** None for a function that takes or gives anything but i32. */
function stacksFor(core: CoreFunction): Stacks | undefined {
  const params = core.length;
  if (params > MOST_PARAMS) return undefined;
  for (const gives of [true, false]) {
    const key = `${params} ${gives}`;
    const stacks = shapes.get(key) ?? new Stacks({ params, gives });
    shapes.set(key, stacks);
    if (stacks.fit(core)) return stacks;
  }
  return undefined;
}

/** The stacks for functions of one shape. */
class Stacks {
  readonly #idle: Stack[] = [];
  readonly #run: (stack: Stack) => Promise<unknown>;
  readonly #fits: (core: CoreFunction) => number;
  readonly #params: Int32Array;

  constructor(shape: Shape) {
    const host: WebAssembly.ModuleImports = {
      next: suspending((stack: Stack) => this.#next(stack)),
      begin: (stack: Stack) => stack.begin(this.#params),
      done: (stack: Stack, result?: number) => stack.done(result),
    };
    const module = new WebAssembly.Module(stackShim(shape));
    const { exports } = new WebAssembly.Instance(module, { [SHIM_IMPORTS]: host });
    this.#run = promising(exports['run']);
    this.#fits = exports['fits'] as (core: CoreFunction) => number;
    this.#params = new Int32Array((exports['params'] as WebAssembly.Memory).buffer);
  }

  fit(core: CoreFunction): boolean {
    return this.#fits(core) !== 0;
  }

  run(core: CoreFunction, params: readonly number[], occupant: Occupant): Promise<unknown> {
    if (this.#idle.length === 0) this.#begin();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#idle.pop()!.wake({ core, params, occupant, resolve, reject });
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

/** A stack of the engine's, for one call after the other; a call that traps takes it along. */
class Stack {
  #call: Call | undefined;
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

  /** The function that is to run, whose parameters are in `words` then. */
  begin(words: Int32Array): CoreFunction {
    const { core, params, occupant } = this.#call!;
    occupant.entered();
    for (let at = 0; at < params.length; at++) words[at] = params[at]!;
    return core;
  }

  done(result: number | undefined): void {
    const { occupant, resolve } = this.#call!;
    this.#call = undefined;
    occupant.left();
    resolve(result);
  }

  broke(error: unknown): void {
    this.#call?.reject(error);
  }
}
