import { MalformedImageError, UnsupportedImageError } from '../errors.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longest name that is read. The formats allow 4 GiB; toolchains stay far below this. */
const MAX_NAME_BYTES = 100_000;

/** Reads a range of an image and never past it; every fault names the section and the offset in the whole image. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  section: string;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, section = 'header') {
    this.bytes = bytes;
    this.#at = start;
    this.end = end;
    this.section = section;
  }

  get offset(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.end;
  }

  /** @throws {malformed-image} */
  fail(what: string, offset = this.#at): never {
    throw new MalformedImageError(this.section, offset, what);
  }

  /** @throws {unsupported-image} */
  refuse(what: string, offset = this.#at): never {
    throw new UnsupportedImageError(what, { section: this.section, offset });
  }

  u8(): number {
    if (this.#at >= this.end) this.fail('the image ends too early');
    return this.bytes[this.#at++] ?? 0;
  }

  /** An unsigned LEB128 of at most 32 bits. */
  u32(): number {
    const start = this.#at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) this.fail('a number has more than 32 bits', start);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return this.fail('a number has more than 32 bits', start);
  }

  /** Goes past a signed LEB128 of at most 33 bits, as type references are. */
  skipS33(): void {
    const start = this.#at;
    for (let count = 0; count < 5; count++) if (this.u8() < 0x80) return;
    this.fail('a number has more than 33 bits', start);
  }

  take(length: number): Uint8Array {
    if (length > this.end - this.#at)
      this.fail(`${length} bytes are announced, ${this.end - this.#at} are there`);
    const taken = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  name(): string {
    const start = this.#at;
    const length = this.u32();
    if (length > MAX_NAME_BYTES) this.fail(`a name of ${length} bytes`, start);
    try {
      return UTF8.decode(this.take(length));
    } catch (error) {
      if (error instanceof MalformedImageError) throw error;
      return this.fail('a name is not UTF-8', start);
    }
  }

  /** A count of items that take at least a byte each, so that a lying count cannot cost more than the image has bytes. */
  count(): number {
    const start = this.#at;
    const count = this.u32();
    if (count > this.end - this.#at)
      this.fail(`${count} items are announced, more than bytes are left`, start);
    return count;
  }

  /** A reader of the next `length` bytes, which this one goes past. */
  part(length: number, section: string): ByteReader {
    const start = this.#at;
    this.take(length);
    return new ByteReader(this.bytes, start, start + length, section);
  }

  /** For the end of a section: what is left over is a fault. */
  finish(): void {
    if (!this.done) this.fail(`${this.end - this.#at} bytes are left over`);
  }
}
