import { MalformedFrameError } from '../errors.ts';
import { MAX_CHUNK_BYTES } from '../wire-format.ts';

/** How far a sender may be ahead of the puller's consumer: what one pull can cost the puller in memory. */
export const MAX_WINDOW_BYTES = 4 * 1024 * 1024;
/** What is under way arrives in bursts, and decrypting a burst holds back the frames of the kernel: half a MiB 2 ms. */
export const MIN_WINDOW_BYTES = 512 * 1024;
const BYTES_PER_US = 200; // 200 MB/s: what one thread encrypts

/**
 * The window for a new pull from a peer: what keeps the line busy over the round trip, shared with the pulls that are
 * under way.
 */
export function windowFor(roundTripUs: number, pulls: number): number {
  const all = Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, roundTripUs * BYTES_PER_US));
  return Math.max(2 * MAX_CHUNK_BYTES, Math.floor(all / pulls));
}

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
