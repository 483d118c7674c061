import type { Socket } from 'node:net';
import type { Tail } from '#kernel/ipc/large-return.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';

export const HEADER_BYTES = 4;
// What one turn sends goes out in one write; past this, earlier.
const FULL_BYTES = 256 << 10;
const SPARES = 2;
/** Whoever need not send waits while more than this waits itself. */
const HIGH_BYTES = 64 << 10;

/**
 * Messages on their way over a pipe: those of one turn in one batch, after its length as a little-endian u32. The batch is
 * written from the memory that it was encoded in: what the pipe does not take at once keeps that memory until it is gone.
 */
export class BatchWriter<Message> {
  readonly #socket: Socket;
  readonly #encode: (writer: Writer, message: Message) => Tail | void;
  readonly #writer = new Writer();
  readonly #spares: Uint8Array[] = [];
  #open = false;
  #room: PromiseWithResolvers<void> | undefined;

  /** @param encode gives what has to follow a message, which then ends its batch */
  constructor(socket: Socket, encode: (writer: Writer, message: Message) => Tail | void) {
    this.#socket = socket;
    this.#encode = encode;
  }

  /** Bytes that the pipe has not taken. */
  get queued(): number {
    return this.#socket.writableLength + this.#writer.length;
  }

  /** Until the pipe has taken most of it; undefined where little waits. */
  room(): Promise<void> | undefined {
    if (this.queued <= HIGH_BYTES || this.#socket.destroyed) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  send(message: Message): void {
    if (this.#socket.destroyed) return;
    if (!this.#open) {
      this.#open = true;
      for (let at = 0; at < HEADER_BYTES; at += 1) this.#writer.u8(0);
      setImmediate(() => this.flush());
    }
    const tail = this.#encode(this.#writer, message);
    if (tail || this.#writer.length >= FULL_BYTES) this.flush(tail);
  }

  /** Writes what was sent so far. */
  flush(tail?: Tail | void): void {
    if (!this.#open) return;
    this.#open = false;
    const { view } = this.#writer;
    const size = view.length - HEADER_BYTES + (tail?.bytes.length ?? 0);
    new DataView(view.buffer, view.byteOffset).setUint32(0, size, true);
    let kept = false;
    if (tail) this.#socket.cork();
    this.#socket.write(view, () => {
      this.#giveRoom();
      if (kept && this.#spares.length < SPARES) this.#spares.push(new Uint8Array(view.buffer));
    });
    if (tail) {
      this.#socket.write(tail.bytes, () => tail.sent());
      this.#socket.uncork();
    }
    // A pipe with room has taken it by now.
    kept = this.#socket.writableLength > 0;
    if (kept) this.#writer.release(this.#spares.pop());
    else this.#writer.reset();
  }

  #giveRoom(): void {
    if (!this.#room || this.queued > HIGH_BYTES / 2) return;
    this.#room.resolve();
    this.#room = undefined;
  }
}
