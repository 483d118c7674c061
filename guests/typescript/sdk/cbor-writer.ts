import { utf8Encode } from './utf8.ts';

/** Thrown where it takes the library. */
export const UNUSUAL: unique symbol = Symbol('unusual');
/** Of arrays and records in one another: what goes round in a circle ends there. */
export const DEEPEST = 32;

const FIRST_BYTES = 128;
const HEAD_BYTES = 9;
const WORD = 2 ** 32;

/** The major types of RFC 8949, 3.1, where a head has them. */
const UINT = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const ARRAY = 0x80;
const MAP = 0xa0;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;

/** Writes plain values: whole numbers, text, bytes, arrays and records of these. */
export class CborWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #at = 0;

  /** @throws {UNUSUAL} */
  write(value: unknown): Uint8Array {
    this.#value(value, 0);
    return this.#bytes.slice(0, this.#at);
  }

  #value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        if (!Number.isSafeInteger(value)) throw UNUSUAL;
        return value < 0 ? this.#head(NEGATIVE, -1 - value) : this.#head(UINT, value);
      case 'boolean':
        return this.#simple(value ? TRUE : FALSE);
      case 'undefined':
        return this.#simple(UNDEFINED);
      case 'object':
        return value === null ? this.#simple(NULL) : this.#nested(value, depth + 1);
      default:
        throw UNUSUAL;
    }
  }

  #nested(value: object, depth: number): void {
    if (depth > DEEPEST) throw UNUSUAL;
    if (Array.isArray(value)) {
      this.#head(ARRAY, value.length);
      for (let at = 0; at < value.length; at += 1) this.#value(value[at], depth);
      return;
    }
    if (value instanceof Uint8Array) {
      this.#head(BYTES, value.length);
      return this.#raw(value);
    }
    if (value.constructor !== Object) throw UNUSUAL;
    const keys = Object.keys(value);
    this.#head(MAP, keys.length);
    for (const key of keys) {
      this.#text(key);
      this.#value((value as Record<string, unknown>)[key], depth);
    }
  }

  #text(text: string): void {
    const { length } = text;
    this.#room(HEAD_BYTES + length);
    const start = this.#at;
    this.#head(TEXT, length);
    const bytes = this.#bytes;
    let at = this.#at;
    // Nearly all text is ASCII, whose bytes are as many as its characters.
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#at = start;
        const encoded = utf8Encode(text);
        this.#head(TEXT, encoded.length);
        return this.#raw(encoded);
      }
      bytes[at++] = code;
    }
    this.#at = at;
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #simple(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #head(major: number, count: number): void {
    this.#room(HEAD_BYTES);
    const bytes = this.#bytes;
    if (count < 24) {
      bytes[this.#at++] = major | count;
    } else if (count < 0x100) {
      bytes[this.#at++] = major | 24;
      bytes[this.#at++] = count;
    } else if (count < 0x10000) {
      bytes[this.#at++] = major | 25;
      bytes[this.#at++] = count >> 8;
      bytes[this.#at++] = count;
    } else if (count < WORD) {
      bytes[this.#at++] = major | 26;
      this.#word(count);
    } else {
      bytes[this.#at++] = major | 27;
      this.#word(Math.floor(count / WORD));
      this.#word(count);
    }
  }

  /** The last 32 bits of a number, the highest first. */
  #word(value: number): void {
    const bytes = this.#bytes;
    const bits = value % WORD;
    bytes[this.#at++] = bits >>> 24;
    bytes[this.#at++] = bits >>> 16;
    bytes[this.#at++] = bits >>> 8;
    bytes[this.#at++] = bits;
  }

  #room(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, needed));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
