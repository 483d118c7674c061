import type { Task } from '#kernel/lane/task.ts';
import type { Channel } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

export const MAX_WRITE_BYTES = 64 << 10;
// What may be on its way to the node: the node takes it at once unless a reader follows and is behind.
export const WINDOW_BYTES = 256 << 10;

/** The log of one vTask on its way to the node, which holds the writer back while a reader is behind. */
export class LogWriter {
  readonly #task: Task;
  readonly #send: (frame: Frame) => void;
  #unconfirmed = 0;
  #held: (() => void)[] = [];

  constructor(task: Task, send: (frame: Frame) => void) {
    this.#task = task;
    this.#send = send;
  }

  write(channel: Channel, bytes: Uint8Array): void | Promise<void> {
    if (bytes.byteLength === 0) return undefined; // what is not counted must not be sent: it would never be held back
    const text = bytes.byteLength > MAX_WRITE_BYTES ? bytes.slice(0, MAX_WRITE_BYTES) : bytes;
    this.#unconfirmed += text.byteLength;
    this.#send({ tag: 'log', val: { vtid: this.#task.vtid, channel, text } });
    if (this.#unconfirmed <= WINDOW_BYTES) return undefined;
    return this.#task.suspend((resolve) => {
      this.#held.push(() => resolve(undefined));
    });
  }

  credit(bytes: number): void {
    this.#unconfirmed -= bytes;
    if (this.#unconfirmed > WINDOW_BYTES / 2) return;
    const held = this.#held;
    this.#held = [];
    for (const resume of held) resume();
  }
}
