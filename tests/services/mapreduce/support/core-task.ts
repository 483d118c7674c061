import { decode, encode } from 'cborg';
import { functionNamed } from '#posiv-wit/functions.ts';
import { type Result, ok } from '#posiv-wit/result.ts';
import type { CoreAbi, HostFunction } from '#posiv-wit/function-descriptor.ts';
import { promising, suspending } from '#wasm-abi/bind/jspi.ts';
import { lifted, lowered } from '#tests/posiv-wit/direct-calls.ts';
import type { MemoryVStore } from './memory-vstore.ts';

interface Request {
  token: number;
  caller: string;
  identity: string;
  args: Uint8Array;
}

interface Exports {
  memory: WebAssembly.Memory;
  cabi_realloc: CoreAbi['realloc'];
  [name: string]: unknown;
}

const RUN = 'posiv:kernel/program@0.1.0#run';

/** A program in core wasm that receives, as a vTask without a kernel: its stack waits in `receive` (JSPI). */
export class CoreTask {
  /** How `run` ended. */
  readonly ended: Promise<Result<number, string>>;
  readonly exports: Exports;
  readonly abi: CoreAbi;
  #queue: Request[] = [];
  #waiting: ((event: unknown) => void) | undefined;
  #replies = new Map<number, (outcome: Result<Uint8Array, string>) => void>();
  #tokens = 0;

  constructor(module: WebAssembly.Module, vstore: Pick<MemoryVStore, 'interface'>, cmd: string[]) {
    const host: Record<string, HostFunction> = {
      registerRpc: () => ok(),
      write: () => undefined,
      reply: (token: number, outcome: Result<Uint8Array, string>) => {
        this.#replies.get(token)?.(outcome);
        return ok();
      },
      ...vstore.interface(),
    };
    const imports: WebAssembly.Imports = {};
    // Completed below: the functions look at it only when they are called.
    const abi = {} as { -readonly [Key in keyof CoreAbi]: CoreAbi[Key] };
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      const descriptor = functionNamed(`${from}#${name}`);
      if (!descriptor) throw new Error(`no such function: ${from}#${name}`);
      const called = host[descriptor.method];
      const core =
        name === 'receive'
          ? suspending(lowered(descriptor, () => this.#receive(), abi))
          : lowered(descriptor, called ?? (() => undefined), abi);
      (imports[from] ??= {})[name] = core;
    }
    const instance = new WebAssembly.Instance(module, imports);
    this.exports = instance.exports as unknown as Exports;
    Object.assign(abi, { memory: this.exports.memory, realloc: this.exports.cabi_realloc });
    this.abi = abi;
    (this.exports['_initialize'] as () => void)();
    const run = promising(instance.exports[RUN]);
    this.ended = lifted(functionNamed(RUN)!, run, abi)(cmd) as Promise<Result<number, string>>;
  }

  /** Asks as the master does. @throws with the text of a `handler-failed`, or of how the task died */
  async ask(identity: string, args: unknown): Promise<Record<string, unknown>> {
    const outcome = await this.askBytes(identity, encode(args));
    if (!outcome.ok) throw new Error(outcome.error);
    return decode(outcome.value) as Record<string, unknown>;
  }

  /** As `ask`, with payloads of any bytes. */
  async askBytes(identity: string, args: Uint8Array): Promise<Result<Uint8Array, string>> {
    const token = ++this.#tokens;
    const answered = new Promise<Result<Uint8Array, string>>((resolve) =>
      this.#replies.set(token, resolve),
    );
    this.#deliver({ token, caller: 'master', identity, args });
    const died = this.ended.then((end) => {
      throw new Error(`task died: ${JSON.stringify(end)}`);
    });
    died.catch(() => undefined);
    return Promise.race([answered, died]);
  }

  #deliver(request: Request): void {
    const event = ok({ tag: 'request', val: request });
    if (this.#waiting) this.#waiting(event);
    else this.#queue.push(request);
    this.#waiting = undefined;
  }

  #receive(): Promise<unknown> {
    const next = this.#queue.shift();
    if (next) return Promise.resolve(ok({ tag: 'request', val: next }));
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
