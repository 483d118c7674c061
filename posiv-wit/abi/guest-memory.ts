import { decodeUtf8, encodeUtf8, isShortAscii, putAscii } from '../codec/utf8.ts';
import type { CoreAbi } from './core-abi.ts';
import { badTag, trap } from './trap.ts';

/** The longest string or list, in bytes, by the Canonical ABI. */
const MAX_BYTES = 2 ** 28 - 1;

/**
 * What one call may make the host hold: four times what any call carries, so that what is somewhat too long is refused with
 * its length. A guest can let a million strings point at the same bytes: without this, a few megabytes of its memory become
 * many gigabytes of the host's.
 */
const CALL_BUDGET_BYTES = 16 * 2 ** 20;

/** What an item of a list costs the host besides its bytes. */
const ITEM_COST_BYTES = 32;

/**
 * One guest's linear memory as the generated code reads and writes it. The guest is hostile: whatever it points at is
 * checked, and `view` and `bytes` are valid only until it runs again (it may grow its memory, which detaches them).
 */
export class GuestMemory {
  readonly #abi: CoreAbi;
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  /** In bytes, of what `newText` or `newBytes` stored last. */
  length = 0;
  /** Whether any call has gone through it, which may have left something with the guest. */
  used = false;
  #budget = 0;
  #allocating = false;

  constructor(abi: CoreAbi) {
    this.#abi = abi;
  }

  /** A guest that calls an import from within its `cabi_realloc` traps, as the Canonical ABI says. */
  checkEntry(): void {
    this.used = true;
    if (this.#allocating) trap('a call from within cabi_realloc');
  }

  /** Begins a call that uses the memory. */
  enter(): void {
    this.checkEntry();
    this.#budget = CALL_BUDGET_BYTES;
    this.refresh();
  }

  /**
   * To be called whenever the guest may have run. A memory that grows detaches its buffer, whose length is then 0
   * (memory shared between threads does not: no guest has that).
   */
  refresh(): void {
    if (this.bytes.length !== 0) return;
    const { buffer } = this.#abi.memory;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** The pointer, once it is sure that a value of this size lies there. */
  at(pointer: number, size: number, align: number): number {
    const start = pointer >>> 0;
    if (start % align !== 0) trap(`pointer ${start} is not aligned to ${align}`);
    if (start + size > this.bytes.length) trap(`${size} bytes at ${start} are out of bounds`);
    return start;
  }

  /** The tag of an option, result or other variant of two cases. */
  choice(tag: number): number {
    if (tag !== 0 && tag !== 1) badTag(tag);
    return tag;
  }

  text(pointer: number, length: number): string {
    const start = this.#span(pointer, length >>> 0, 1);
    try {
      return decodeUtf8(this.bytes, start, start + (length >>> 0));
    } catch {
      return trap('a string is not UTF-8');
    }
  }

  textAt(at: number): string {
    return this.text(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  /** A copy: the guest may change its memory while the host looks. */
  copy(pointer: number, length: number): Uint8Array {
    const start = this.#span(pointer, length >>> 0, 1);
    return this.bytes.slice(start, start + (length >>> 0));
  }

  copyAt(at: number): Uint8Array {
    return this.copy(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  /** Where a list of so many items begins, once it is sure that they lie there. */
  items(pointer: number, count: number, size: number, align: number): number {
    this.#charge(count * ITEM_COST_BYTES);
    return this.#span(pointer, count * size, align);
  }

  /** A new piece of the guest's memory. */
  allocate(size: number, align: number): number {
    if (size === 0) return align;
    if (size > MAX_BYTES) throw new RangeError(`${size} bytes do not fit into a guest's memory`);
    this.#allocating = true;
    let pointer: number;
    try {
      pointer = this.#abi.realloc(0, 0, align, size) >>> 0;
    } finally {
      this.#allocating = false;
    }
    this.refresh();
    if (pointer % align !== 0 || pointer + size > this.bytes.length)
      trap(`cabi_realloc gave ${pointer} for ${size} bytes`);
    return pointer;
  }

  /** Stores a string and gives its pointer; its length is `length`. */
  newText(text: string): number {
    if (!isShortAscii(text)) return this.newBytes(encodeUtf8(text));
    const pointer = this.allocate(text.length, 1);
    putAscii(text, this.bytes, pointer);
    this.length = text.length;
    return pointer;
  }

  /** Stores bytes and gives their pointer; their length is `length`. */
  newBytes(bytes: Uint8Array): number {
    const pointer = this.allocate(bytes.length, 1);
    this.bytes.set(bytes, bytes.length === 0 ? 0 : pointer);
    this.length = bytes.length;
    return pointer;
  }

  putText(at: number, text: string): void {
    const pointer = this.newText(text);
    this.view.setUint32(at, pointer, true);
    this.view.setUint32(at + 4, this.length, true);
  }

  putBytes(at: number, bytes: Uint8Array): void {
    const pointer = this.newBytes(bytes);
    this.view.setUint32(at, pointer, true);
    this.view.setUint32(at + 4, this.length, true);
  }

  #span(pointer: number, size: number, align: number): number {
    if (size > MAX_BYTES) trap(`${size} bytes are more than ${MAX_BYTES}`);
    this.#charge(size);
    return this.at(pointer, size, align);
  }

  #charge(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) trap(`one call passes more than ${CALL_BUDGET_BYTES} bytes`);
  }
}

const memories = new WeakMap<CoreAbi, GuestMemory>();

/** The same for the same `abi`. */
export function guestMemory(abi: CoreAbi): GuestMemory {
  let memory = memories.get(abi);
  if (memory === undefined) {
    memory = new GuestMemory(abi);
    memories.set(abi, memory);
  }
  return memory;
}
