import type { Clock } from '#kernel/clock.ts';
import { StreamError } from '#node/errors.ts';

/** At most so many bytes wait for their reader. */
const HELD_BYTES = 1 << 20;
/** A reader that finds nothing asks again, so that it knows that the other end lives. */
const ASKED_FOR_MS = 5_000;
/** One that has not asked for so long does not ask any more. */
const UNREAD_MS = 20_000;

/** What is read from a stream at one time. */
export interface Piece {
  readonly size: number;
  readonly parts: readonly Uint8Array[];
}

/** The end of a stream between nodes at which it is written: bytes wait in it until the other node asks for them. */
export class OutStream {
  readonly #clock: Clock;
  readonly #over: () => void;
  #held: Uint8Array[] = [];
  #bytes = 0;
  #position = 0;
  #ended = false;
  #failure: Error | undefined;
  #changed = Promise.withResolvers<void>();
  #cancelUnread: () => void = () => {};

  /** @param over called once nobody reads it any more */
  constructor(clock: Clock, over: () => void) {
    this.#clock = clock;
    this.#over = over;
    this.#expectReader();
  }

  /** Resolves when there is room for more. The bytes are not copied. @throws {stream-lost} it will not be read */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#bytes += bytes.length;
    this.#change();
    while (this.#bytes > HELD_BYTES) {
      await this.#changed.promise;
      if (this.#failure) throw this.#failure;
    }
  }

  /** Nothing more will be written; its reader hears that after all that was. */
  end(): void {
    this.#ended = true;
    this.#change();
  }

  /** Its reader is told why, and whoever waits to write. */
  fail(why: string): void {
    if (this.#failure) return;
    this.#failure = new StreamError('stream-lost', why);
    this.#cancelUnread();
    this.#held = [];
    this.#change();
    this.#over();
  }

  /**
   * The next bytes for the other node: at least one, or none at the end.
   * @throws {stream-position} some before have not arrived
   * @throws {stream-idle} there are none yet: ask again
   * @throws {stream-lost}
   */
  async read(offset: number, most: number): Promise<Piece> {
    this.#checkPosition(offset);
    this.#cancelUnread();
    await this.#something();
    if (this.#failure) throw this.#failure;
    this.#expectReader();
    this.#checkPosition(offset); // somebody else may have asked for the same
    if (this.#bytes === 0) {
      if (!this.#ended) throw new StreamError('stream-idle', 'nothing yet: ask again');
      this.#cancelUnread();
      this.#over();
    }
    return this.#take(most);
  }

  #checkPosition(offset: number): void {
    if (offset === this.#position) return;
    const what = `byte ${offset} was asked for, after ${this.#position}`;
    throw new StreamError('stream-position', what);
  }

  /** Resolves when there is something to be read, or the reader has waited long enough. */
  async #something(): Promise<void> {
    const late = Promise.withResolvers<'late'>();
    const cancel = this.#clock.after(ASKED_FOR_MS, () => late.resolve('late'));
    while (this.#bytes === 0 && !this.#ended && !this.#failure)
      if ((await Promise.race([this.#changed.promise, late.promise])) === 'late') break;
    cancel();
  }

  #take(most: number): Piece {
    const parts: Uint8Array[] = [];
    let size = 0;
    while (size < most) {
      const [first] = this.#held;
      if (!first) break;
      const part = first.subarray(0, most - size);
      if (part.length === first.length) this.#held.shift();
      else this.#held[0] = first.subarray(part.length);
      parts.push(part);
      size += part.length;
    }
    this.#bytes -= size;
    this.#position += size;
    this.#change();
    return { size, parts };
  }

  #expectReader(): void {
    this.#cancelUnread();
    this.#cancelUnread = this.#clock.after(UNREAD_MS, () =>
      this.fail(`nobody has read it for ${UNREAD_MS} ms`),
    );
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
