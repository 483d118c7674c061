import {
  decodeBegin,
  decodeUtf8,
  encodeUtf8,
  isShortAscii,
  MOST_TEXT_BYTES,
  putAscii,
} from '../codec/utf8.ts';
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

/** What each byte of a text costs it: a millisecond for each mebibyte, in which nothing else of its thread runs. */
const TEXT_COST_BYTES = 4;

/** For `store`, of a value that is passed by core values alone. */
const NOWHERE = -1;

/** Places for requests that are kept for the next value: hardly any value needs more. */
const MOST_ROOMS_KEPT = 1_024;

/** Asks for the room that a value takes besides its own place, by `ask`, `askText` and so on. */
type Ask<T> = (value: T) => void;

/** Stores a value at an address. It takes room by `allocate`, `newText` and so on, in the order in which it was asked for. */
type Write<T> = (at: number, value: T) => unknown;

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
  /** What `write` of `store` gave in the end. */
  made: unknown;
  #budget = 0;
  /** Requests for room, and in place of those that the guest has granted what it gave. */
  readonly #rooms: number[] = [];
  #asked = 0;
  #given = 0;
  #used = 0;
  /** Strings that are not short ones of ASCII, in UTF-8. */
  readonly #encoded: Uint8Array[] = [];
  #encodedUsed = 0;
  /** What is stored once there is room. */
  #write: Write<never> | undefined;
  #at = 0;
  #value: unknown;

  constructor(abi: CoreAbi) {
    this.#abi = abi;
  }

  /** A guest that calls an import from within its `cabi_realloc` traps, as the Canonical ABI says. */
  checkEntry(): void {
    this.used = true;
    if (this.#write) trap('a call from within cabi_realloc');
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

  /** Of one that is longer than any call carries, `MOST_TEXT_BYTES` or a few less: enough to refuse it, or to cut it. */
  text(pointer: number, length: number): string {
    const size = length >>> 0;
    const carried = Math.min(size, MOST_TEXT_BYTES);
    this.#charge(carried * (TEXT_COST_BYTES - 1));
    const start = this.#span(pointer, size, 1);
    try {
      return size === carried
        ? decodeUtf8(this.bytes, start, start + size)
        : decodeBegin(this.bytes, start, start + size);
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

  /**
   * Stores a value for which the guest may have to give room. It gives it by code of its own, which is not called from here, since no frame of
   * JavaScript is to be beneath it: it could not be suspended then. So `ask` says how much is needed, and `write` runs once there is room for
   * everything. In between the guest may run for long; nothing else of it runs.
   * @returns the first request, for whoever calls the guest's `cabi_realloc`; 0: it is stored. Of a request the lowest two bits are the
   *   logarithm of the alignment, the others the size in bytes.
   */
  store<T>(ask: Ask<T>, write: Write<T>, at: number, value: T): number {
    this.#asked = 0;
    if (this.#encoded.length !== 0) this.#encoded.length = 0; // after one that was given up
    ask(value);
    if (this.#asked === 0) {
      if (at !== NOWHERE) this.refresh(); // an instance without a memory is passed core values
      this.made = write(at, value);
      return 0;
    }
    this.#given = 0;
    unkept.push(this);
    this.#write = write;
    this.#at = at;
    this.#value = value;
    return this.#rooms[0]!;
  }

  /** The same of values that are passed by core values, which are `made` then, as `write` gives them. */
  pass<T>(ask: Ask<T>, write: Write<T>, value: T): number {
    return this.store(ask, write, NOWHERE, value);
  }

  /** The guest has given room for the last request. @returns the next one; 0: all is stored */
  stored(pointer: number): number {
    this.#rooms[this.#given++] = pointer >>> 0;
    if (this.#given < this.#asked) return this.#rooms[this.#given]!;
    if (unkept.at(-1) === this) unkept.pop();
    const write = this.#write!;
    const value = this.#value;
    this.#write = undefined;
    this.#value = undefined;
    this.#used = 0;
    this.#encodedUsed = 0;
    this.refresh();
    this.made = write(this.#at, value as never);
    if (this.#encoded.length !== 0) this.#encoded.length = 0;
    if (this.#asked > MOST_ROOMS_KEPT) this.#rooms.length = 0;
    return 0;
  }

  /** The request that comes so many after the one that was last given; 0: there is none. */
  requestAfter(many: number): number {
    const at = this.#given + many;
    return at < this.#asked ? this.#rooms[at]! : 0;
  }

  /** See `keepAll`. */
  keep(): void {
    this.#value = copyOf(this.#value);
  }

  /**
   * For a host's promise, until which its caller is suspended: a component may be called from within the `cabi_realloc` of another one
   * of its image.
   */
  waits<T>(promise: Promise<T>): Promise<T> {
    keepAll();
    return promise;
  }

  /** For a piece of the guest's memory. */
  ask(size: number, align: number): void {
    if (size === 0) return;
    if (size > MAX_BYTES) throw new RangeError(`${size} bytes do not fit into a guest's memory`);
    this.#rooms[this.#asked++] = (size << 2) | (31 - Math.clz32(align));
  }

  askText(text: string): void {
    if (isShortAscii(text)) return this.ask(text.length, 1);
    const bytes = encodeUtf8(text);
    this.#encoded.push(bytes);
    this.ask(bytes.length, 1);
  }

  askBytes(bytes: Uint8Array): void {
    this.ask(bytes.length, 1);
  }

  /** A new piece of the guest's memory, which was asked for. */
  allocate(size: number, align: number): number {
    if (size === 0) return align;
    const pointer = this.#rooms[this.#used++]!;
    if ((pointer & (align - 1)) !== 0 || pointer + size > this.bytes.length)
      trap(`cabi_realloc gave ${pointer} for ${size} bytes`);
    return pointer;
  }

  /** Stores a string and gives its pointer; its length is `length`. */
  newText(text: string): number {
    if (this.#encoded.length !== 0 && !isShortAscii(text))
      return this.newBytes(this.#encoded[this.#encodedUsed++]!);
    const { length } = text;
    this.length = length;
    const pointer = this.allocate(length, 1);
    if (length !== 0) putAscii(text, this.bytes, pointer);
    return pointer;
  }

  /** Stores bytes and gives their pointer; their length is `length`. */
  newBytes(bytes: Uint8Array): number {
    const { length } = bytes;
    this.length = length;
    const pointer = this.allocate(length, 1);
    if (length !== 0) this.bytes.set(bytes, pointer);
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

/** The same, without memory that others may write to. */
function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value); // a Buffer's `slice` would be no copy
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]));
}

/**
 * Those of the thread with a value that waits for room and may be lent: one, unless a guest has trapped as it made room, or a
 * component calls another one there.
 */
const unkept: GuestMemory[] = [];

/**
 * Whatever suspends the stack of a guest calls this first. What waits for room may wait for long then, and bytes of it may be lent, in
 * memory that is used again: they are copied.
 */
export function keepAll(): void {
  if (unkept.length > 0) for (const memory of unkept.splice(0)) memory.keep();
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
