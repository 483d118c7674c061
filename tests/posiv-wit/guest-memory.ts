import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';

const PAGE = 65_536;

/** A memory with an allocator that never frees, in place of a guest. */
export class FakeGuest implements CoreAbi {
  readonly memory: WebAssembly.Memory;
  #next = 1024;

  constructor(pages = 1) {
    this.memory = new WebAssembly.Memory({ initial: pages });
  }

  readonly realloc = (_old: number, _oldSize: number, align: number, size: number): number => {
    const pointer = Math.ceil(this.#next / align) * align;
    this.#next = pointer + size;
    const missing = this.#next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return pointer;
  };

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Puts a string into memory: its pointer and length. */
  text(value: string): [number, number] {
    return this.put(new TextEncoder().encode(value));
  }

  put(value: Uint8Array): [number, number] {
    const pointer = this.realloc(0, 0, 1, value.length);
    this.bytes.set(value, pointer);
    return [pointer, value.length];
  }

  /** Room for a result. */
  room(size = 64): number {
    return this.realloc(0, 0, 8, size);
  }
}
