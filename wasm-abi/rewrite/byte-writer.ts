const UTF8 = new TextEncoder();

/** Below this many bytes a loop copies faster than the engine's call. */
const SHORT_COPY = 48;

/** Grows as bytes of the wasm binary format are put in. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 1_024) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes put in so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** As unsigned LEB128. */
  u32(value: number): void {
    let left = value;
    while (left > 0x7f) {
      this.u8((left % 0x80) | 0x80);
      left = Math.floor(left / 0x80);
    }
    this.u8(left);
  }

  /** As signed LEB128. */
  s32(value: number): void {
    let left = value | 0;
    while (left < -0x40 || left > 0x3f) {
      this.u8((left & 0x7f) | 0x80);
      left >>= 7;
    }
    this.u8(left & 0x7f);
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The bytes of another array from `start` to before `end`. */
  slice(from: Uint8Array, start: number, end: number): void {
    if (end - start >= SHORT_COPY) {
      this.bytes(from.subarray(start, end));
      return;
    }
    this.#room(end - start);
    const to = this.#bytes;
    let at = this.#length;
    for (let next = start; next < end; next++) to[at++] = from[next]!;
    this.#length = at;
  }

  name(name: string): void {
    const bytes = UTF8.encode(name);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  /** What another writer has, after its length. */
  sized(body: ByteWriter): void {
    this.u32(body.#length);
    this.bytes(body.written());
  }

  section(id: number, body: ByteWriter): void {
    this.u8(id);
    this.sized(body);
  }

  /** Makes it empty; its memory is used again. */
  clear(): void {
    this.#length = 0;
  }

  /** What it has now; valid until more is put in. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
