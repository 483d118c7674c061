import { CodecError } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';

const MAX_VARINT_BYTES = 8; // 8 * 7 bits hold every safe integer

/**
 * Reads what `Writer` wrote, from bytes that anybody may have sent: each value has exactly one encoding, and no length
 * or count is believed before as many bytes are there.
 *
 * Every method throws `malformed-value` where the bytes encode no value of its type.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that have not been read. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.remaining !== 0) throw new CodecError(`${this.remaining} bytes after its end`);
  }

  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw truncated();
    this.#at++;
    return byte;
  }

  bool(): boolean {
    return this.tag(2) === 1;
  }

  /** The number of a case, where there are so many. */
  tag(cases: number): number {
    const tag = cases > 256 ? this.#varint() : this.u8();
    if (tag >= cases) throw new CodecError(`tag ${tag} of ${cases} cases`);
    return tag;
  }

  u16(): number {
    return this.#atMost(0xffff);
  }

  u32(): number {
    return this.#atMost(0xffff_ffff);
  }

  u64(): number {
    return this.#varint();
  }

  s8(): number {
    return (this.u8() << 24) >> 24;
  }

  s16(): number {
    return unzigzag(this.#atMost(0xffff));
  }

  s32(): number {
    return unzigzag(this.#atMost(0xffff_ffff));
  }

  s64(): number {
    const negative = this.bool();
    const value = this.#varint();
    const signed = negative ? -value - 1 : value;
    if (!Number.isSafeInteger(signed)) throw new CodecError('an integer beyond 2^53 - 1');
    return signed;
  }

  f32(): number {
    const view = this.#float(4);
    return view.getFloat32(0, true);
  }

  f64(): number {
    const view = this.#float(8);
    return view.getFloat64(0, true);
  }

  char(): string {
    const point = this.#atMost(0x10_ffff);
    if (point >= 0xd800 && point <= 0xdfff)
      throw new CodecError('half of a surrogate pair is no char');
    return String.fromCodePoint(point);
  }

  string(): string {
    const length = this.#length();
    const start = this.#at;
    this.#at = start + length;
    try {
      return decodeUtf8(this.#bytes, start, start + length);
    } catch {
      throw new CodecError('a string that is not UTF-8');
    }
  }

  /** A view of the bytes that are read from, not a copy. */
  bytes(): Uint8Array {
    const length = this.#length();
    const start = this.#at;
    this.#at = start + length;
    return this.#bytes.subarray(start, start + length);
  }

  /** Goes on after the bytes that `bytes` would give, and says how many they are. */
  skipBytes(): number {
    const length = this.#length();
    this.#at += length;
    return length;
  }

  /** The number of items that follow, of which each takes so many bytes at least. */
  count(itemBytes: number): number {
    const count = this.#varint();
    if (count * itemBytes > this.remaining)
      throw new CodecError(`${count} items in ${this.remaining} bytes`);
    return count;
  }

  #length(): number {
    const length = this.#varint();
    if (length > this.remaining) throw truncated();
    return length;
  }

  #atMost(limit: number): number {
    const value = this.#varint();
    if (value > limit) throw new CodecError(`${value} where ${limit} is the most`);
    return value;
  }

  #varint(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 128;
    for (let count = 1; count < MAX_VARINT_BYTES; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0) throw new CodecError('a number in more bytes than it needs');
        if (value > Number.MAX_SAFE_INTEGER) throw new CodecError('a number beyond 2^53 - 1');
        return value;
      }
      scale *= 128;
    }
    throw new CodecError('a number of too many bytes');
  }

  #float(size: number): DataView {
    if (size > this.remaining) throw truncated();
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, size);
    this.#at += size;
    return view;
  }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function truncated(): CodecError {
  return new CodecError('it ends too early');
}
