const CHUNK_BYTES = 32 << 10;
const LENGTH_BYTES = 4;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  /** The number of its last frame. */
  last: number;
}

/** Copies of frames in the order of sending, each with a number, until the receiver has them. */
export class KeptFrames {
  readonly #chunks: Chunk[] = [];
  #spare: Chunk | undefined;
  /** The number of the first that is kept, if there is one. */
  #first = 1;
  #last = 0;
  #bytes = 0;

  /** The number of the first that is kept, or of the next one where none is. */
  get first(): number {
    return this.#first;
  }

  /** The number of the last that was added; 0 before. */
  get last(): number {
    return this.#last;
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  add(frame: Uint8Array): void {
    const size = LENGTH_BYTES + frame.length;
    let chunk = this.#chunks.at(-1);
    if (!chunk || chunk.used + size > chunk.bytes.length) {
      chunk = this.#chunkFor(size);
      this.#chunks.push(chunk);
      this.#bytes += chunk.bytes.length;
    }
    chunk.view.setUint32(chunk.used, frame.length);
    chunk.bytes.set(frame, chunk.used + LENGTH_BYTES);
    chunk.used += size;
    chunk.last = this.#last += 1;
  }

  /** The receiver has all up to this number: they are forgotten, some of them a little later. */
  taken(number: number): void {
    while (this.#chunks.length > 0 && this.#chunks[0]!.last <= number) {
      const chunk = this.#chunks.shift()!;
      this.#first = chunk.last + 1;
      this.#bytes -= chunk.bytes.length;
      if (chunk.bytes.length === CHUNK_BYTES) this.#spare = chunk;
    }
  }

  clear(): void {
    this.taken(this.#last);
    this.#spare = undefined;
  }

  /** All that are kept, in their order; views, valid until the next change. */
  *[Symbol.iterator](): Generator<Uint8Array> {
    for (const { bytes, view, used } of this.#chunks)
      for (let at = 0; at < used;) {
        const start = at + LENGTH_BYTES;
        at = start + view.getUint32(at);
        yield bytes.subarray(start, at);
      }
  }

  #chunkFor(size: number): Chunk {
    const spare = this.#spare;
    if (spare && size <= CHUNK_BYTES) {
      this.#spare = undefined;
      spare.used = 0;
      return spare;
    }
    const bytes = new Uint8Array(Math.max(size, CHUNK_BYTES));
    return { bytes, view: new DataView(bytes.buffer), used: 0, last: 0 };
  }
}
