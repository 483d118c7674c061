import type { Readable } from 'node:stream';

/** Bytes of a stream, as many as are asked for. Holds no more than what the stream itself does and the part that is asked for. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  }

  /** Exactly so many. @throws the stream has ended before */
  async take(count: number): Promise<Buffer> {
    const parts = [this.#rest];
    let held = this.#rest.length;
    while (held < count) {
      const next = await this.#chunks.next();
      if (next.done) throw new Error('the stream has ended');
      parts.push(Buffer.from(next.value));
      held += next.value.length;
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(count);
    return all.subarray(0, count);
  }
}
