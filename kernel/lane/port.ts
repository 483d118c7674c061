import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { readFrame, type Frame } from '#posiv-wit/generated/wire.ts';

/** The way between a node and one of its lanes: bytes in order. A thread's port today, a process's pipe for a cell. */
export interface BytePort {
  /** Takes bytes that are written over after it returns. */
  post(bytes: Uint8Array): void;
}

/** Joins the frames of one turn into one post. */
export class FramePort<Sent> {
  readonly #port: BytePort;
  readonly #soon: (fn: () => void) => void;
  readonly #write: (writer: Writer, frame: Sent) => void;
  readonly #writer = new Writer();
  #open = false;

  constructor(
    port: BytePort,
    soon: (fn: () => void) => void,
    write: (writer: Writer, frame: Sent) => void,
  ) {
    this.#port = port;
    this.#soon = soon;
    this.#write = write;
  }

  send(frame: Sent): void {
    this.#write(this.#writer, frame);
    if (this.#open) return;
    this.#open = true;
    this.#soon(() => this.flush());
  }

  /** Posts what was sent so far. */
  flush(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#port.post(this.#writer.view);
    this.#writer.reset();
  }
}

/**
 * The frames of one post.
 * @throws {malformed-value} they are not frames
 */
export function* framesOf(bytes: Uint8Array): Generator<Frame> {
  const reader = new Reader(bytes);
  while (reader.remaining > 0) yield readFrame(reader);
}
