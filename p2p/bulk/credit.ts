import { MalformedFrameError } from '../errors.ts';
import { MAX_CHUNK_BYTES } from '../wire-format.ts';

/** How far a sender may be ahead of the puller's consumer: what one pull can cost the puller in memory. */
export const MAX_WINDOW_BYTES = 4 * 1024 * 1024;

/** The bytes that the puller has room for. One sender takes from it. */
export class Credit {
  #bytes: number;
  #wanted = 0;
  #grant: PromiseWithResolvers<void> | undefined;

  /** @throws {malformed-frame} less than a piece, which could never be sent, or more than the largest window */
  constructor(bytes: number) {
    if (bytes < MAX_CHUNK_BYTES)
      throw new MalformedFrameError(`a window of ${bytes} bytes holds no piece`);
    this.#bytes = 0;
    this.add(bytes);
  }

  /** @throws {malformed-frame} more than the largest window */
  add(bytes: number): void {
    if (this.#bytes + bytes > MAX_WINDOW_BYTES)
      throw new MalformedFrameError('credit beyond the largest window');
    this.#bytes += bytes;
    this.#settle();
  }

  /** Resolves when so many bytes may be sent, which counts them as sent. */
  async take(bytes: number): Promise<void> {
    this.#wanted = bytes;
    const grant = Promise.withResolvers<void>();
    this.#grant = grant;
    this.#settle();
    await grant.promise;
  }

  /** Fails whoever waits. */
  revoke(error: Error): void {
    this.#grant?.reject(error);
    this.#grant = undefined;
  }

  #settle(): void {
    if (this.#grant === undefined || this.#bytes < this.#wanted) return;
    this.#bytes -= this.#wanted;
    this.#grant.resolve();
    this.#grant = undefined;
  }
}
