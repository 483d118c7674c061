import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { CallFailedError } from '#kernel/errors.ts';
import { Slots } from '#kernel/slots.ts';
import type { CallFrame, ReturnFrame } from '#posiv-wit/generated/wire.ts';

/** A writer that has grown beyond this is not kept: a guest can pass what nobody will carry. */
const KEPT_BYTES = 8 << 20;
/** Whoever asks for more than so much passes something, and asks for no file that it may have to ask for again. */
const ASKED_AGAIN_BYTES = 4 << 10;

interface Pending {
  readonly descriptor: FunctionDescriptor;
  readonly caller: string;
  /** Undefined where they are too large to be kept. */
  readonly params: readonly unknown[] | undefined;
  readonly send: (frame: CallFrame) => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The calls that one side of a link has asked the other to carry out. */
export class CallTable {
  readonly #send: (frame: CallFrame) => void;
  readonly #pending = new Slots<Pending>();
  readonly #writer = new Writer();

  constructor(send: (frame: CallFrame) => void) {
    this.#send = send;
  }

  /**
   * Asks for a call and waits for its result.
   * @param send sends the frame in place of the table's own way
   * @throws {call-failed} the other side did not carry it out, or the link was lost
   */
  call(
    descriptor: FunctionDescriptor,
    caller: string,
    params: readonly unknown[],
    send: (frame: CallFrame) => void = this.#send,
  ): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.#ask({ descriptor, caller, params, send, resolve, reject }),
    );
  }

  /** Asks once more for a call, whose result could not be taken. */
  again(id: number): void {
    const pending = this.#pending.take(id);
    if (pending?.params) this.#ask({ ...pending, params: pending.params });
    else pending?.reject(new CallFailedError(pending.descriptor.name, 'its result was lost'));
  }

  /** The result of a call has come by another way than a frame. */
  resolved(id: number, result: unknown): void {
    this.#pending.take(id)?.resolve(result);
  }

  /** A result has come. One that nobody waits for is dropped. */
  returned({ id, outcome }: ReturnFrame): void {
    const pending = this.#pending.take(id);
    if (!pending) return;
    if (!outcome.ok)
      return pending.reject(new CallFailedError(pending.descriptor.name, outcome.error));
    try {
      pending.resolve(pending.descriptor.readResult(new Reader(outcome.value)));
    } catch (cause) {
      pending.reject(
        new CallFailedError(pending.descriptor.name, 'its result is malformed', cause),
      );
    }
  }

  #ask(pending: Pending & { readonly params: readonly unknown[] }): void {
    const { descriptor, caller, params, send, reject } = pending;
    const id = this.#pending.nextId();
    this.#writer.reset();
    descriptor.writeParams(this.#writer, params);
    const writer = this.#writer;
    const bytes = writer.length > KEPT_BYTES ? writer.release() : writer.take();
    const isKept = bytes.byteLength <= ASKED_AGAIN_BYTES;
    this.#pending.set(id, isKept ? pending : { ...pending, params: undefined });
    try {
      send({ id, caller, function: descriptor.name, params: bytes });
    } catch (error) {
      this.#pending.take(id);
      reject(error as Error);
    }
  }

  /** The link is lost: fails everything that is out. */
  close(why: string): void {
    // Ids go on from here: a result of a call that is given up may come yet, and is no other call's.
    for (const { descriptor, reject } of this.#pending.drain())
      reject(new CallFailedError(descriptor.name, why));
  }
}
