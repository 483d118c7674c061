import type { Delta, Entry } from '#posiv-wit/generated/p2p/registry.ts';

/** What of a node is kept at most; it is checked where it comes in. */
export const MAX_ENTRIES = 9_900; // as many names and services as a record has, and what was taken back of late
export const MAX_HOLDING_BYTES = 2 * 1024 * 1024;
/** Of what a node tells at a time, with what is around it; the rest is for what it took back. */
export const MAX_RECORD_BYTES = 1_536 * 1024;
export const ENTRY_OVERHEAD_BYTES = 16;
const DELTA_OVERHEAD_BYTES = 32;

export interface Kept {
  readonly version: number;
  /** Undefined: it was taken back. */
  readonly value: Uint8Array | undefined;
}

/** What is held of one node: all that it told up to a version, less what it took back up to the floor. */
export class Holding {
  incarnation: number;
  #version = 0;
  #floor = 0;
  #bytes = 0;
  /** A whole is being told and has not come to its floor yet. */
  #begun = false;
  /** In the order of versions. */
  readonly #entries = new Map<string, Kept>();

  constructor(incarnation: number) {
    this.incarnation = incarnation;
  }

  /** Up to which nothing is missing. */
  get version(): number {
    return this.#version;
  }

  get floor(): number {
    return this.#floor;
  }

  /** Of keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Uint8Array | undefined {
    return this.#entries.get(key)?.value;
  }

  entries(): IterableIterator<[string, Kept]> {
    return this.#entries.entries();
  }

  /** The owner changes something. */
  set(key: string, value: Uint8Array | undefined): void {
    this.#put({ key, version: ++this.#version, value });
  }

  /** Forgets what was taken back up to a version: whoever holds less needs the whole. */
  forget(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    for (const [key, { version, value }] of this.#entries) {
      if (version > floor) break;
      if (value === undefined) this.#drop(key);
    }
  }

  /**
   * Takes in what was told of the node.
   * @returns `gap` when something before it is missing; then nothing has changed
   */
  apply(delta: Delta): 'changed' | 'known' | 'gap' {
    const { entries, floor, incarnation, since, until } = delta;
    if (incarnation < this.incarnation) return 'known';
    const isLater = incarnation > this.incarnation;
    const tooOld = this.#version < floor && !this.#begun; // what was taken back since is not in the delta
    if ((isLater || tooOld) && since !== 0) return 'gap';
    if (!isLater && since > this.#version) return 'gap';
    if (!isLater && until <= this.#version) return 'known';
    if (isLater || tooOld) this.#beginAnew(incarnation);
    const held = this.#version;
    for (const entry of entries)
      if (entry.version > held && entry.version <= until) this.#put(entry);
    this.#version = until;
    this.#begun = until < floor;
    this.forget(floor);
    return 'changed';
  }

  /**
   * What somebody lacks who holds up to a version of this life, in deltas of so many bytes each, of which there is at least
   * one where it lacks something.
   */
  *since(node: string, version: number, maxBytes: number): Generator<Delta> {
    const { incarnation, floor } = this;
    let since = version < floor ? 0 : version;
    let entries: Entry[] = [];
    let bytes = 0;
    for (const [key, { version: at, value }] of this.#entries) {
      if (at <= since) continue;
      const size = bytesOf(key, value);
      if (bytes + size > maxBytes && entries.length > 0) {
        const until = entries.at(-1)!.version;
        yield { node, incarnation, since, until, floor, entries };
        since = until;
        entries = [];
        bytes = 0;
      }
      entries.push({ key, version: at, value });
      bytes += size;
    }
    const until = this.#version;
    if (since < until) yield { node, incarnation, since, until, floor, entries };
  }

  #beginAnew(incarnation: number): void {
    this.incarnation = incarnation;
    this.#entries.clear();
    this.#version = 0;
    this.#floor = 0;
    this.#bytes = 0;
  }

  #put({ key, version, value }: Entry): void {
    this.#drop(key); // a change goes to the end
    this.#entries.set(key, { version, value });
    this.#bytes += bytesOf(key, value);
  }

  #drop(key: string): void {
    const old = this.#entries.get(key);
    if (old === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(key, old.value);
  }
}

function bytesOf(key: string, value: Uint8Array | undefined): number {
  return key.length + (value?.length ?? 0) + ENTRY_OVERHEAD_BYTES;
}

/** About what a delta takes in a message. */
export function sizeOf({ entries }: Delta): number {
  const bytes = entries.map(({ key, value }) => bytesOf(key, value));
  return bytes.reduce((sum, each) => sum + each, DELTA_OVERHEAD_BYTES);
}
