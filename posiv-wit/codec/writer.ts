import { CodecError } from './errors.ts';
import { encodeUtf8, MOST_UTF8_BYTES, putUtf8 } from './utf8.ts';

const INITIAL_BYTES = 256; // most frames are smaller
const MAX_VARINT_BYTES = 8; // of a safe integer
const ONE_BYTE_LENGTH = 0x7f; // the greatest that a varint of one byte can be

/**
 * Writes values one after another. Integers of 16 bits and more are unsigned LEB128 (signed ones in zigzag order),
 * strings and bytes follow their length, lists follow their count.
 *
 * Every method throws `malformed-value` for a number outside its type, and then has written nothing.
 */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacity = INITIAL_BYTES) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): this {
    this.#at = 0;
    return this;
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#at;
  }

  /** An exact copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  /** What was written, without a copy: valid until the next write. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Gives away what was written, with the memory that it is in, and begins anew in `memory`. */
  release(memory: Uint8Array = new Uint8Array(INITIAL_BYTES)): Uint8Array {
    const written = this.view;
    this.#bytes = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    this.#at = 0;
    return written;
  }

  u8(value: number): void {
    if (value !== (value & 0xff)) throw outOfRange('u8', value);
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  bool(value: boolean): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  u16(value: number): void {
    if (value !== (value & 0xffff)) throw outOfRange('u16', value);
    this.#varint(value);
  }

  u32(value: number): void {
    if (value !== value >>> 0) throw outOfRange('u32', value);
    this.#varint(value);
  }

  u64(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw outOfRange('u64 of at most 2^53 - 1', value);
    this.#varint(value);
  }

  s8(value: number): void {
    if (value !== (value << 24) >> 24) throw outOfRange('s8', value);
    this.u8(value & 0xff);
  }

  s16(value: number): void {
    if (value !== (value << 16) >> 16) throw outOfRange('s16', value);
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  s32(value: number): void {
    if (value !== (value | 0)) throw outOfRange('s32', value);
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** The sign comes first, so that every safe integer has its place. */
  s64(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange('s64 within 2^53 - 1', value);
    this.bool(value < 0);
    this.#varint(value < 0 ? -value - 1 : value);
  }

  f32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  char(value: string): void {
    const point = value.codePointAt(0) ?? -1;
    const whole = point >= 0 && String.fromCodePoint(point) === value;
    if (!whole || (point >= 0xd800 && point <= 0xdfff))
      throw new CodecError(`${JSON.stringify(value)} is no char`);
    this.#varint(point);
  }

  string(value: string): void {
    const { length } = value;
    if (length > ONE_BYTE_LENGTH) return this.bytes(encodeUtf8(value));
    this.#reserve(1 + length * MOST_UTF8_BYTES);
    const start = this.#at + 1;
    const size = putUtf8(value, this.#bytes, start);
    if (size > ONE_BYTE_LENGTH) return this.bytes(encodeUtf8(value));
    this.#bytes[this.#at] = size;
    this.#at = start + size;
  }

  bytes(value: Uint8Array): void {
    this.#varint(value.length);
    this.encoded(value);
  }

  /** What is the encoding of a value already. */
  encoded(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** The number of items that follow. */
  count(value: number): void {
    this.#varint(value);
  }

  #varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function outOfRange(type: string, value: unknown): CodecError {
  return new CodecError(`${String(value)} is no ${type}`);
}
