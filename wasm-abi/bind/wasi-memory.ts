import { engineTrap } from '#posiv-wit/abi/engine-trap.ts';

/** The numbers of WASI preview 1's `errno` that are given here. */
export const ERRNO = {
  success: 0,
  badf: 8,
  fbig: 22,
  inval: 28,
  mfile: 33,
  nametoolong: 37,
  nospc: 51,
} as const;

/**
 * A guest's memory as WASI's calls see it. Made anew for each call: its buffer changes when the memory grows. A pointer out
 * of bounds throws `WebAssembly.RuntimeError`, as an instruction would.
 */
export class WasiMemory {
  readonly #buffer: ArrayBuffer;
  readonly #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#buffer = memory.buffer;
    this.#view = new DataView(this.#buffer);
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#check(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#check(at, 2), true);
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#check(at, 4), true);
  }

  u64(at: number): bigint {
    return this.#view.getBigUint64(this.#check(at, 8), true);
  }

  setU8(at: number, value: number): void {
    this.#view.setUint8(this.#check(at, 1), value);
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(this.#check(at, 4), value, true);
  }

  setU64(at: number, value: bigint): void {
    this.#view.setBigUint64(this.#check(at, 8), value, true);
  }

  put(at: number, bytes: Uint8Array): void {
    new Uint8Array(this.#buffer).set(bytes, this.#check(at, bytes.length));
  }

  /** Sets `size` bytes to 0. */
  clear(at: number, size: number): void {
    new Uint8Array(this.#buffer, this.#check(at, size), size).fill(0);
  }

  /** Bytes that the `count` vectors at `at` announce. */
  vectorsSize(at: number, count: number): number {
    let size = 0;
    for (let index = 0; index < count; index++) size += this.u32(at + index * 8 + 4);
    return size;
  }

  /** A copy of what the vectors hold, at most `limit` bytes: a write may be partial. */
  gather(at: number, count: number, limit: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let left = limit;
    for (let index = 0; index < count && left > 0; index++) {
      const size = this.u32(at + index * 8 + 4);
      // The whole vector must lie in the memory, also what is not taken of it.
      const start = this.#check(this.u32(at + index * 8), size);
      parts.push(new Uint8Array(this.#buffer, start, Math.min(size, left)));
      left -= Math.min(size, left);
    }
    return Uint8Array.from(Buffer.concat(parts));
  }

  #check(at: number, size: number): number {
    const start = at >>> 0;
    if (start + size <= this.#buffer.byteLength) return start;
    throw engineTrap('a pointer given to WASI is out of bounds');
  }
}
