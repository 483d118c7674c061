import type { Socket } from 'node:net';
import { ControlError } from '#node/errors.ts';
import { framesOf } from '#kernel/lane/port.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';

/** The protocol that a control connection is upgraded to. */
export const PROTOCOL = 'posiv/0.1';

const HEADER_BYTES = 4;
const MAX_BATCH_BYTES = 16 << 20; // a few of the largest calls
const FULL_BATCH_BYTES = 1 << 20; // with one more of the largest it is far below that

/**
 * Frames over a socket, both ways: batches, each after its length as a little-endian u32. What is sent in one turn of the
 * event loop goes out in one batch, as far as a batch may be long.
 */
export class FrameSocket {
  readonly #socket: Socket;
  readonly #received: (frame: Frame) => void;
  readonly #writer = new Writer();
  #open = false;
  #draining: Promise<void> | undefined;
  #chunks: Buffer[] = [];
  #held = 0;
  #paused = false;
  /** What is left of the batch that is being read. */
  #batch: Generator<Frame> | undefined;

  constructor(socket: Socket, head: Buffer, received: (frame: Frame) => void) {
    this.#socket = socket;
    this.#received = received;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    if (head.length > 0) this.#take(head);
  }

  send(frame: Frame): void {
    writeFrame(this.#writer, frame);
    if (this.#writer.length >= FULL_BATCH_BYTES) return this.#flush();
    if (this.#open) return;
    this.#open = true;
    queueMicrotask(() => this.#flush());
  }

  /** Resolves once the socket takes more than what has been sent so far. */
  async drained(): Promise<void> {
    if (this.#open) await Promise.resolve(); // it is flushed by then
    if (this.#socket.writableNeedDrain) await (this.#draining ??= this.#drain());
  }

  /** Stops and goes on reading, in the midst of a batch, too. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else {
      this.#socket.resume();
      this.#read();
    }
  }

  async #drain(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
    this.#draining = undefined;
  }

  #flush(): void {
    this.#open = false;
    const batch = this.#writer.take();
    this.#writer.reset();
    if (this.#socket.destroyed || batch.byteLength === 0) return;
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(batch.byteLength);
    this.#socket.cork();
    this.#socket.write(header);
    this.#socket.write(batch);
    this.#socket.uncork();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    this.#read();
  }

  #read(): void {
    try {
      while (!this.#paused) {
        const frame = this.#batch?.next();
        if (frame?.done === false) this.#received(frame.value);
        else if (!this.#begin()) return;
      }
    } catch (error) {
      this.#socket.destroy(error as Error);
    }
  }

  #begin(): boolean {
    const bytes = this.#whole();
    this.#batch = bytes && framesOf(bytes);
    return bytes !== undefined;
  }

  /** The next whole batch. Chunks are joined only once a batch is whole, so that a large one costs one copy. */
  #whole(): Uint8Array | undefined {
    if (this.#held < HEADER_BYTES) return undefined;
    if (this.#chunks[0]!.length < HEADER_BYTES) this.#chunks = [Buffer.concat(this.#chunks)];
    const size = this.#chunks[0]!.readUInt32LE();
    if (size > MAX_BATCH_BYTES)
      throw new ControlError(
        'control-lost',
        `a batch of ${size} bytes: at most ${MAX_BATCH_BYTES}`,
      );
    const end = HEADER_BYTES + size;
    if (this.#held < end) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#held -= end;
    this.#chunks = this.#held > 0 ? [all.subarray(end)] : [];
    return all.subarray(HEADER_BYTES, end);
  }
}
