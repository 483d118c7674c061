/** Grows as bytes of the wasm binary format are put in. */
export class ByteWriter {
  #bytes = new Uint8Array(1_024);
  #length = 0;

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

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  name(name: string): void {
    const bytes = new TextEncoder().encode(name);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  section(id: number, body: ByteWriter): void {
    this.u8(id);
    this.u32(body.#length);
    this.bytes(body.#bytes.subarray(0, body.#length));
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
