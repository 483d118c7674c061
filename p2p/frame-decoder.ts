import { FrameTooLargeError } from './errors.ts';

export const FRAME_HEADER_BYTES = 5; // u32 length of the body, lowest byte first, and a byte for the kind
const FIRST_BUFFER_BYTES = 64 * 1024; // a length is only believed as bytes arrive: memory stays within twice of them

/**
 * Cuts a stream of bytes into frames. A frame that lies within one chunk is given as a view of it; any other is
 * gathered in a buffer that doubles, so that no byte is copied more than twice on average.
 */
export class FrameDecoder {
  /** Longest body that is accepted; may change between frames. */
  limit: number;
  readonly #onFrame: (kind: number, body: Uint8Array) => void;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #kind = 0;
  #length = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  #stopped = false;

  constructor(limit: number, onFrame: (kind: number, body: Uint8Array) => void) {
    this.limit = limit;
    this.#onFrame = onFrame;
  }

  /** Nothing is decoded from now on, not even the rest of the chunk in hand. */
  stop(): void {
    this.#stopped = true;
    this.#body = undefined;
  }

  /** @throws {frame-too-large} */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#headerBytes < FRAME_HEADER_BYTES) at = this.#takeHeader(chunk, at);
      else at = this.#takeBody(chunk, at);
    }
  }

  #takeHeader(chunk: Uint8Array, start: number): number {
    let at = start;
    while (this.#headerBytes < FRAME_HEADER_BYTES && at < chunk.length) {
      this.#header[this.#headerBytes++] = chunk[at++] as number;
    }
    if (this.#headerBytes < FRAME_HEADER_BYTES) return at;
    const [a, b, c, d, kind] = this.#header as unknown as [number, number, number, number, number];
    this.#length = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
    this.#kind = kind;
    if (this.#length > this.limit) throw new FrameTooLargeError(this.#length, this.limit);
    if (this.#length === 0) this.#finish(new Uint8Array(0));
    return at;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const wanted = this.#length - this.#bodyBytes;
    const end = Math.min(at + wanted, chunk.length);
    if (this.#bodyBytes === 0 && end - at === wanted) {
      this.#finish(chunk.subarray(at, end));
      return end;
    }
    const body = this.#roomFor(end - at);
    body.set(chunk.subarray(at, end), this.#bodyBytes);
    this.#bodyBytes += end - at;
    if (this.#bodyBytes === this.#length) this.#finish(body.subarray(0, this.#length));
    return end;
  }

  #roomFor(more: number): Uint8Array {
    const needed = this.#bodyBytes + more;
    const old = this.#body;
    if (old !== undefined && old.length >= needed) return old;
    const size = Math.max(needed, 2 * (old?.length ?? FIRST_BUFFER_BYTES / 2));
    const grown = new Uint8Array(Math.min(size, this.#length));
    if (old !== undefined) grown.set(old.subarray(0, this.#bodyBytes));
    this.#body = grown;
    return grown;
  }

  #finish(body: Uint8Array): void {
    this.#headerBytes = 0;
    this.#bodyBytes = 0;
    this.#body = undefined;
    this.#onFrame(this.#kind, body);
  }
}
