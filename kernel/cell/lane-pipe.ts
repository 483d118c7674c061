import { Socket } from 'node:net';
import { BatchWriter, HEADER_BYTES } from '#kernel/cell/batch-writer.ts';
import { quiet } from '#kernel/cell/quiet.ts';
import type { Writer } from '#posiv-wit/codec/writer.ts';

const SCAN_BYTES = 64 << 10;
const STEP_BYTES = 256 << 10; // sizes of large memory are rounded up, so that one serves for what differs a little
const SPARES = 2;

export interface LanePipeInit<Message> {
  /** The end of the pipe that the process was started with. */
  readonly fd: number;
  readonly encode: (writer: Writer, message: Message) => void;
  /**
   * Takes a batch. `spent` is to be called once nothing of it is looked at any more, or never.
   * @returns until when nothing more is to be read; what was read with it is given to it all the same
   */
  readonly received: (batch: Uint8Array, spent: () => void) => Promise<void> | undefined;
  /** The other end is closed. */
  readonly closed?: () => void;
}

/**
 * A lane's end of its pipe. Small batches are cut out of what a read brought; a large one is read straight into the memory
 * that it is used from, which is used again where that is over at once: a new megabyte for each result of a read would
 * be garbage.
 */
export class LanePipe<Message> {
  readonly #received: LanePipeInit<Message>['received'];
  readonly #socket: Socket;
  readonly #writer: BatchWriter<Message>;
  readonly #scan = new Uint8Array(SCAN_BYTES);
  readonly #spares: ArrayBuffer[] = [];
  /** What is read into: the scan memory, or that of one large batch, header included. */
  #memory = this.#scan;
  #filled = 0;

  constructor({ fd, encode, received, closed }: LanePipeInit<Message>) {
    this.#received = received;
    const socket = new Socket({
      fd,
      onread: {
        buffer: () => this.#memory.subarray(this.#filled),
        callback: (bytes: number) => {
          this.#filled += bytes;
          this.#take();
          return true;
        },
      },
    });
    this.#socket = socket;
    this.#writer = new BatchWriter(quiet(socket), encode);
    socket.on('close', () => closed?.());
  }

  send(message: Message): void {
    this.#writer.send(message);
  }

  /** See `BatchWriter.room`. */
  room(): Promise<void> | undefined {
    return this.#writer.room();
  }

  /** Writes what was sent so far, without waiting for the end of the turn. */
  flush(): void {
    this.#writer.flush();
  }

  #take(): void {
    if (this.#memory !== this.#scan) {
      if (this.#filled === this.#memory.length) this.#hold(this.#takeLarge());
      return;
    }
    const view = new DataView(this.#scan.buffer);
    let at = 0;
    let until: Promise<void> | undefined;
    while (this.#filled - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + view.getUint32(at, true);
      if (end > this.#filled) {
        if (end - at <= SCAN_BYTES) break;
        this.#beginLarge(at, end);
        return this.#hold(until);
      }
      until = this.#received(this.#scan.slice(at + HEADER_BYTES, end), notKept);
      at = end;
    }
    this.#scan.copyWithin(0, at, this.#filled);
    this.#filled -= at;
    this.#hold(until);
  }

  #hold(until: Promise<void> | undefined): void {
    if (!until) return;
    this.#socket.pause();
    void until.then(() => this.#socket.resume());
  }

  #beginLarge(at: number, end: number): void {
    const size = end - at;
    const spare = this.#spares.findIndex((each) => each.byteLength >= size);
    const [memory = new ArrayBuffer(Math.ceil(size / STEP_BYTES) * STEP_BYTES)] =
      spare < 0 ? [] : this.#spares.splice(spare, 1);
    this.#memory = new Uint8Array(memory, 0, size);
    this.#memory.set(this.#scan.subarray(at, this.#filled));
    this.#filled -= at;
  }

  #takeLarge(): Promise<void> | undefined {
    const memory = this.#memory;
    this.#memory = this.#scan;
    this.#filled = 0;
    return this.#received(memory.subarray(HEADER_BYTES), () => {
      if (this.#spares.length < SPARES) this.#spares.push(memory.buffer);
    });
  }
}

/** A small batch has memory of its own. */
function notKept(): void {}
