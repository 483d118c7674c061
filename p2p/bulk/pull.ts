import { MalformedFrameError, PullStalledError } from '../errors.ts';
import { MIN_CHUNK_BYTES } from '../wire-format.ts';
import type { Clock } from '../environment.ts';

const CREDIT_STEPS = 4; // in a window: credit frames are few, and the sender need not wait for one

export interface PullInit {
  name: string;
  /** The most that may come. */
  size: number;
  /** The most that may be here or under way and not consumed. */
  windowBytes: number;
  pullStallMs: number;
  sendCredit(bytes: number): void;
}

/** One pull at the puller: what came and was not consumed yet, within the window. */
export class Pull {
  readonly #clock: Clock;
  readonly #init: PullInit;
  readonly #chunks: Uint8Array[] = [];
  #size: number | undefined;
  #received = 0;
  #granted: number;
  #consumed = 0;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, init: PullInit) {
    this.#clock = clock;
    this.#init = init;
    this.#granted = init.windowBytes;
  }

  /** Nothing more will come: all is here, or it failed. */
  get ended(): boolean {
    return this.#error !== undefined || this.#received === this.#size;
  }

  opened(size: number): void {
    if (this.#size !== undefined || size > this.#init.size)
      throw new MalformedFrameError(`a pull opened with ${size} bytes`);
    this.#size = size;
    this.#wake?.();
  }

  chunk(bytes: Uint8Array): void {
    this.#received += bytes.length;
    if (bytes.length === 0 || this.#received > (this.#size ?? 0))
      throw new MalformedFrameError('a pull gave more than its size');
    if (bytes.length < MIN_CHUNK_BYTES && !this.ended)
      throw new MalformedFrameError(`a pull gave a piece of ${bytes.length} bytes before its last`);
    if (this.#received > this.#granted)
      throw new MalformedFrameError('a pull gave more than its credit');
    this.#chunks.push(bytes);
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (this.#error !== undefined) throw this.#error;
      if (chunk !== undefined) {
        yield chunk;
        this.#consume(chunk.length);
      } else if (this.ended) return;
      else await this.#next();
    }
  }

  #consume(bytes: number): void {
    this.#consumed += bytes;
    if (this.ended || this.#consumed < this.#init.windowBytes / CREDIT_STEPS) return;
    this.#granted += this.#consumed;
    this.#init.sendCredit(this.#consumed);
    this.#consumed = 0;
  }

  async #next(): Promise<void> {
    const { name, pullStallMs } = this.#init;
    const cancel = this.#clock.after(pullStallMs, () =>
      this.fail(new PullStalledError(name, pullStallMs)),
    );
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
    cancel();
  }
}
