import type { Clock } from '#kernel/clock.ts';
import type { Task } from '#kernel/lane/task.ts';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';
import type { Channel } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import type { Awaitable } from '#posiv-wit/result.ts';

export const MAX_WRITE_BYTES = 64 << 10;
// What may be on its way to the node: the node takes it at once unless a reader follows and is behind.
export const WINDOW_BYTES = 256 << 10;
// Its frame, and what the node does for it: short entries hold up a pipe as long ones of this size do.
const ENTRY_BYTES = 256;

/** What an entry of so many bytes counts for, of the window and of its vTask's rate. */
export function windowOf(bytes: number): number {
  return bytes + ENTRY_BYTES;
}

const NOTHING: readonly never[] = [];

/** The log of one vTask on its way to the node. Its writer is held back by its rate, and while a reader is behind. */
export class LogWriter {
  readonly #task: Task;
  readonly #clock: Clock;
  readonly #send: (frame: Frame) => void;
  /** None until it writes something. */
  #bytes: TokenBucket | undefined;
  #unconfirmed = 0;
  #held: readonly (() => void)[] = NOTHING;

  constructor(task: Task, clock: Clock, send: (frame: Frame) => void) {
    this.#task = task;
    this.#clock = clock;
    this.#send = send;
  }

  /** The rate of its vTask has changed. */
  adjusted(): void {
    this.#bytes?.adjust(this.#task.limits.quota.logRate, this.#clock.now());
  }

  write(channel: Channel, bytes: Uint8Array): Awaitable<void> {
    if (bytes.byteLength === 0) return undefined; // what is not counted must not be sent: it would never be held back
    const text = bytes.byteLength > MAX_WRITE_BYTES ? bytes.slice(0, MAX_WRITE_BYTES) : bytes;
    const window = windowOf(text.byteLength);
    this.#unconfirmed += window;
    this.#send({ tag: 'log', val: { vtid: this.#task.vtid, channel, text } });
    const pauseMs = this.#pause(window);
    if (this.#unconfirmed <= WINDOW_BYTES)
      return pauseMs === 0 ? undefined : this.#task.sleep(pauseMs);
    const confirmed = this.#task.suspend<void>((wait) => {
      this.#held = [...this.#held, () => wait.resolve()];
    });
    return pauseMs === 0 ? confirmed : this.#slowed(confirmed, pauseMs);
  }

  async #slowed(confirmed: Awaitable<void>, pauseMs: number): Promise<void> {
    await confirmed;
    await this.#task.sleep(pauseMs);
  }

  /** For how many milliseconds its rate holds the writer back. */
  #pause(window: number): number {
    const { limits } = this.#task;
    const now = this.#clock.now();
    this.#bytes ??= new TokenBucket(limits.quota.logRate, windowOf(MAX_WRITE_BYTES), now);
    const pauseMs = this.#bytes.take(window, now);
    if (pauseMs === 0 || limits.refuses('log-rate')) return pauseMs;
    this.#bytes.giveBack(window);
    return 0;
  }

  /** @param window of what the node has taken */
  credit(window: number): void {
    this.#unconfirmed -= window;
    if (this.#unconfirmed > WINDOW_BYTES / 2) return;
    const held = this.#held;
    this.#held = NOTHING;
    for (const resume of held) resume();
  }
}
