import { LargeReturn } from '#kernel/ipc/large-return.ts';
import { LentFile } from '#kernel/ipc/lent-file.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { CallFrame, ReturnFrame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** Who asks for a call. */
export interface Caller {
  /** Empty for a node that asks on its own behalf. */
  readonly vtid: string;
  readonly creator: string | undefined;
  readonly tenant: string;
  readonly grants: readonly string[];
  /** The node that the call came from, if it is not this one. */
  readonly node: string | undefined;
  /** Its lane reads files of this node by itself: a result may be a `LentFile` in place of what is in it. */
  readonly readsFiles?: boolean;
}

/** Lets the lane of who calls read a file that is the result of a call; false where it cannot, which is asked for its bytes then. */
export type Lend = (caller: Caller, id: number, file: LentFile) => Promise<boolean>;

/** Gives the functions of one interface, by their names in TypeScript, for one who calls. */
type Provider = (caller: Caller) => object;

/** Finds who carries out a call: every interface has one provider on a node, the kernel or a meta service. */
export class Dispatcher {
  readonly #providers = new Map<string, Provider>();
  readonly #spent = new Map<string, (result: unknown) => void>();
  readonly #writer = new Writer();
  readonly #parent: Dispatcher | undefined;

  /** What nobody provides here is looked for at `parent`. */
  constructor(parent?: Dispatcher) {
    this.#parent = parent;
  }

  /**
   * Makes `provider` carry out the calls of an interface, in place of whoever did. `spent` is told of each result once
   * nothing of it is looked at any more.
   */
  provide(interfaceName: string, provider: Provider, spent?: (result: unknown) => void): void {
    this.#providers.set(interfaceName, provider);
    if (spent) this.#spent.set(interfaceName, spent);
  }

  /**
   * Carries out a call that came as a frame. Whatever is wrong with it is said in the return. `send` has to encode the
   * return at once: its bytes are written over by the next one.
   */
  async carryOut(
    { id, function: name, params: encoded }: CallFrame,
    caller: Caller,
    send: (returned: ReturnFrame) => void,
    lend?: Lend,
  ): Promise<void> {
    try {
      const descriptor = functionNamed(name);
      if (!descriptor) throw new Error(`there is no function ${name}`);
      const reader = new Reader(encoded);
      const params = descriptor.readParams(reader);
      reader.end();
      let result = await this.call(descriptor, params, caller);
      if (result instanceof LentFile) {
        if (await lend?.(caller, id, result)) return;
        result = await this.call(descriptor, params, { ...caller, readsFiles: false });
      }
      const spent = this.#spentOf(descriptor.interface);
      const large = spent && LargeReturn.bytesOf(result);
      if (large) {
        const returned = new LargeReturn(id, large, () => spent(result));
        send(returned);
        return returned.done();
      }
      this.#writer.reset();
      descriptor.writeResult(this.#writer, result);
      send({ id, outcome: ok(this.#writer.view) });
      spent?.(result);
    } catch (error) {
      send({ id, outcome: err(error instanceof Error ? error.message : String(error)) });
    }
  }

  /** Carries out a call. Throws only where the function's own result cannot say what was wrong. */
  call(descriptor: FunctionDescriptor, params: readonly unknown[], caller: Caller): unknown {
    const provider = this.#providers.get(descriptor.interface);
    if (!provider && this.#parent) return this.#parent.call(descriptor, params, caller);
    if (!provider) throw new Error(`nothing on this node provides ${descriptor.interface}`);
    const calls = provider(caller) as Record<string, (...all: unknown[]) => unknown>;
    const call = calls[descriptor.method];
    if (!call) throw new Error(`${descriptor.name} is not carried out by the node`);
    return call.apply(calls, [...params]);
  }

  #spentOf(interfaceName: string): ((result: unknown) => void) | undefined {
    const own = this.#spent.get(interfaceName);
    if (own || !this.#parent) return own;
    return this.#parent.#spentOf(interfaceName);
  }
}
