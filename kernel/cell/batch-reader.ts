import type { Socket } from 'node:net';
import { Backlog, type Kept } from '#kernel/cell/backlog.ts';
import { HEADER_BYTES } from '#kernel/cell/batch-writer.ts';
import { CellError } from '#kernel/cell/errors.ts';
import type { Clock } from '#kernel/clock.ts';

// One who floods gets so much of each turn of the event loop, and is not read from until the next.
const TURN_MS = 2;
const AT_ONCE = 16; // messages that set nothing in motion: each takes a microsecond, a microtask and a look at the clock a third

const SOON = Promise.resolve();

export interface BatchReaderInit<Message> {
  readonly clock: Clock;
  /** The longest batch that is believed, in bytes. */
  readonly maxBytes: number;
  /** The messages of a batch, one by one. */
  readonly decode: (batch: Uint8Array) => Iterable<Message>;
  readonly received: (message: Message) => void;
  /** Whether all that a message asks for is done once `received` has returned. */
  readonly isDone: (message: Message) => boolean;
  /** Which messages others may overtake where they have to wait, and a copy of such a one, for its batch is not kept. Default: none. */
  readonly late?: {
    readonly mayBe: (message: Message) => boolean;
    readonly kept: (message: Message) => Kept<Message>;
  };
  /** What came is not what may come: nothing more is read. */
  readonly failed: (error: unknown) => void;
}

/**
 * What `BatchWriter` wrote, read from one who is not trusted: no length is believed past a limit, no more is kept than one
 * batch and what one read has brought, and no more is done in one turn than others can wait for.
 */
export class BatchReader<Message> {
  readonly #socket: Socket;
  readonly #init: BatchReaderInit<Message>;
  readonly #backlog: Backlog<Message>;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #messages: Iterator<Message> | undefined;
  #holds = 0;
  #waits = false;
  #failed = false;
  /** When others are to have their turn. */
  #ends: number | undefined;

  constructor(socket: Socket, init: BatchReaderInit<Message>) {
    this.#socket = socket;
    this.#init = init;
    this.#backlog = new Backlog(init.clock, (message) =>
      this.#attempt(() => init.received(message)),
    );
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      if (this.#holds === 0 && !this.#waits) this.#run();
    });
  }

  /** Takes no more messages until this resolves. */
  hold(until: Promise<void>): void {
    this.#holds += 1;
    this.#socket.pause();
    void until.then(() => {
      this.#holds -= 1;
      if (this.#holds === 0 && !this.#waits) this.#run();
    });
  }

  /** Goes on with the next message once what this one has set in motion has gone as far as it can: that is its work too. */
  readonly #goOn = (): void => {
    this.#waits = false;
    if (this.#holds === 0) this.#run();
  };

  #run(): void {
    this.#attempt(() => {
      if (this.#work()) this.#socket.resume();
    });
  }

  #attempt(work: () => void): void {
    if (this.#failed) return;
    try {
      work();
    } catch (error) {
      this.#failed = true;
      this.#backlog.clear();
      this.#socket.pause();
      this.#init.failed(error);
    }
  }

  /** Does what one message asks for, or a few that need no more. True once everything that has come is done. */
  #work(): boolean {
    const { clock, received, isDone, late } = this.#init;
    for (let count = 0; count < AT_ONCE; count += 1) {
      this.#messages ??= this.#next();
      if (!this.#messages) {
        this.#ends = undefined;
        return true;
      }
      this.#ends ??= clock.now() + TURN_MS;
      const { done, value } = this.#messages.next();
      if (done) {
        this.#messages = undefined;
        continue;
      }
      if (late?.mayBe(value) && this.#backlog.isBehind) {
        const until = this.#backlog.add(late.kept(value));
        if (!until) continue;
        this.hold(until);
        return false;
      }
      received(value);
      if (this.#holds > 0) return false;
      if (!isDone(value)) break;
    }
    this.#waits = true;
    if (clock.now() > this.#ends!) {
      this.#socket.pause();
      this.#ends = undefined;
      clock.soon(this.#goOn);
    } else void SOON.then(this.#goOn);
    return false;
  }

  /** The next whole batch. Chunks are joined only once it is whole, so that a large one costs one copy. */
  #next(): Iterator<Message> | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    if (this.#chunks[0]!.length < HEADER_BYTES) this.#chunks = [Buffer.concat(this.#chunks)];
    const size = this.#chunks[0]!.readUInt32LE();
    const { maxBytes, decode } = this.#init;
    if (size > maxBytes)
      throw new CellError(
        'cell-oversized',
        `it sent a batch of ${size} bytes, at most ${maxBytes}`,
      );
    const end = HEADER_BYTES + size;
    if (this.#bytes < end) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#bytes -= end;
    this.#chunks = this.#bytes > 0 ? [all.subarray(end)] : [];
    // Not a Buffer: what is cut out of one costs twice as much.
    const batch = new Uint8Array(all.buffer, all.byteOffset + HEADER_BYTES, size);
    return decode(batch)[Symbol.iterator]();
  }
}
