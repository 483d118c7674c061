import { base32Digit } from '#kernel/base32.ts';

// A bucket is looked through as a whole, so nothing has to be moved when somebody leaves it.
const BUCKETS = 4_096; // of the 10,000 vTasks that a cell may hold one in a thousand finds its bucket full
const PLACES = 8;
const WORDS = 8; // of a place: its state, five of the key, and two that are not used, for a cache line of two places
const KEY_CHARACTERS = 26; // the random part of a vtid: 128 bits in base32
const CHARACTERS_A_WORD = 6;
const KEY_WORDS = 5;

const FREE = 0;
const BEING_WRITTEN = -(1 << 20); // less the lane's number, so that its place is found if its thread ends meanwhile
// A lane's number, and 1, of those that are to be found; the negative of it, less 1, of those that are struck out.

/** The memory of a directory that the lanes of a cell share. */
export function directoryMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(BUCKETS * PLACES * WORDS * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * Which vTasks are on which lane of a cell: of those that have to do with others than their own lane's. Lanes write and read it
 * at the same time, without waiting for each other: a place belongs to the lane that has taken it.
 */
export class Directory {
  readonly #words: Int32Array;
  readonly #lane: number;
  readonly #key = new Int32Array(KEY_WORDS);

  /** @param lane whose vTasks are entered, from 0 */
  constructor(memory: SharedArrayBuffer, lane: number) {
    this.#words = new Int32Array(memory);
    this.#lane = lane;
  }

  /** The lane of a vTask, if it has been entered. */
  find(vtid: string): number | undefined {
    const state = this.#stateOf(vtid);
    return state > FREE ? state - 1 : undefined;
  }

  /** The same of one that may be struck out. */
  laneOf(vtid: string): number | undefined {
    const state = this.#stateOf(vtid);
    return state === FREE ? undefined : Math.abs(state) - (state > FREE ? 1 : 2);
  }

  /** Enters a vTask of this lane: its place, or undefined where there is none left. */
  enter(vtid: string): number | undefined {
    const words = this.#words;
    const bucket = this.#bucketOf(vtid);
    for (let place = 0; place < PLACES; place += 1) {
      const at = bucket + place * WORDS;
      const writing = BEING_WRITTEN - this.#lane;
      if (Atomics.compareExchange(words, at, FREE, writing) !== FREE) continue;
      words.set(this.#key, at + 1);
      Atomics.store(words, at, this.#lane + 1);
      return at;
    }
    return undefined;
  }

  /** @param place what `enter` gave, once */
  leave(place: number): void {
    Atomics.store(this.#words, place, FREE);
  }

  /** One of another lane is not to be found any more; its place is its lane's until that lets it leave. */
  strikeOut(vtid: string): void {
    const at = this.#placeOf(vtid);
    if (at === undefined) return;
    const state = Atomics.load(this.#words, at);
    if (state > FREE) Atomics.compareExchange(this.#words, at, state, -state - 1);
  }

  /** All of the lane's vTasks leave: its thread has ended. */
  clear(): void {
    const words = this.#words;
    const states = [this.#lane + 1, -this.#lane - 2, BEING_WRITTEN - this.#lane];
    for (let at = 0; at < words.length; at += WORDS)
      if (states.includes(Atomics.load(words, at))) this.leave(at);
  }

  #stateOf(vtid: string): number {
    const at = this.#placeOf(vtid);
    return at === undefined ? FREE : Atomics.load(this.#words, at);
  }

  #placeOf(vtid: string): number | undefined {
    const words = this.#words;
    const bucket = this.#bucketOf(vtid);
    for (let place = 0; place < PLACES; place += 1) {
      const at = bucket + place * WORDS;
      const state = Atomics.load(words, at);
      if (state !== FREE && state > BEING_WRITTEN && this.#isKey(at)) return at;
    }
    return undefined;
  }

  /** Makes the key of a vtid, and finds its bucket. */
  #bucketOf(vtid: string): number {
    const key = this.#key;
    let at = vtid.length - KEY_CHARACTERS;
    for (let word = 0; word < KEY_WORDS; word += 1) {
      let bits = 0;
      const end = Math.min(vtid.length, at + CHARACTERS_A_WORD);
      for (; at < end; at += 1) bits = (bits << 5) | base32Digit(vtid.charCodeAt(at));
      key[word] = bits;
    }
    return (key[0]! & (BUCKETS - 1)) * PLACES * WORDS;
  }

  #isKey(at: number): boolean {
    for (let word = 0; word < KEY_WORDS; word += 1)
      if (this.#words[at + 1 + word] !== this.#key[word]) return false;
    return true;
  }
}
