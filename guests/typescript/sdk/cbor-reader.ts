import { DEEPEST, UNUSUAL } from './cbor-writer.ts';
import { utf8Decode } from './utf8.ts';

/** Reads what `CborWriter` writes, and the same of others. */
export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** All of it. @throws {UNUSUAL} also where it is malformed */
  read(): unknown {
    const value = this.#value(0);
    if (this.#at < this.#bytes.length) throw UNUSUAL;
    return value;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) throw UNUSUAL;
    const head = this.#byte();
    switch (head >> 5) {
      case 0:
        return this.#count(head);
      case 1:
        return -1 - this.#count(head);
      case 2:
        return new Uint8Array(this.#take(this.#count(head))); // a copy
      case 3:
        return utf8Decode(this.#take(this.#count(head)));
      case 4:
        return this.#array(this.#count(head), depth + 1);
      case 5:
        return this.#record(this.#count(head), depth + 1);
      default:
        return simple(head);
    }
  }

  #array(length: number, depth: number): unknown[] {
    const values: unknown[] = [];
    for (let at = 0; at < length; at += 1) values.push(this.#value(depth));
    return values;
  }

  #record(length: number, depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (let at = 0; at < length; at += 1) {
      const head = this.#byte();
      if (head >> 5 !== 3) throw UNUSUAL;
      const key = utf8Decode(this.#take(this.#count(head)));
      if (key === '__proto__') throw UNUSUAL; // which would be no field
      record[key] = this.#value(depth);
    }
    return record;
  }

  /** What a head says beside its major type. */
  #count(head: number): number {
    const info = head & 31;
    if (info < 24) return info;
    if (info > 27) throw UNUSUAL;
    let count = 0;
    for (let left = 1 << (info - 24); left > 0; left -= 1) count = count * 256 + this.#byte();
    if (count > Number.MAX_SAFE_INTEGER) throw UNUSUAL;
    return count;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw UNUSUAL;
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw UNUSUAL;
    return byte;
  }
}

function simple(head: number): unknown {
  switch (head) {
    case 0xf4:
      return false;
    case 0xf5:
      return true;
    case 0xf6:
      return null;
    case 0xf7:
      return undefined;
    default:
      throw UNUSUAL;
  }
}
