import { CHANNEL_CASES, type Channel, type Entry } from '#posiv-wit/generated/kernel.ts';

const HEADER_BYTES = 13; // the time as an f64, the channel as a u8, the length of the text as a u32
// Of a log that begins; each block after it is twice as long as the one before, up to the most.
const FIRST_BLOCK_BYTES = 128;
const MOST_BLOCK_BYTES = 16 << 10;

/** Never written over: what was given out of it stays as it is. */
interface Block {
  readonly first: number;
  count: number;
  used: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Entries in their order, packed into blocks, of which the oldest go as a whole: each as an object with memory of its own takes some 400 bytes
 * beside what it says, which may be one.
 */
export class PackedLog {
  readonly #blocks: Block[] = [];
  #next = 0;
  #bytes = 0;

  /** The number of the next entry: they count from 0. */
  get next(): number {
    return this.#next;
  }

  /** The number of the oldest that is kept. */
  get first(): number {
    return this.#blocks[0]?.first ?? this.#next;
  }

  /** What its blocks take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param most bytes that it is to keep: a block takes a quarter of them, or what a long entry needs */
  add(timeMs: number, channel: Channel, text: Uint8Array, most: number): void {
    const size = HEADER_BYTES + text.byteLength;
    const last = this.#blocks.at(-1);
    const block =
      last && last.used + size <= last.bytes.length ? last : this.#newBlock(last, size, most);
    const { bytes, view, used } = block;
    view.setFloat64(used, timeMs);
    view.setUint8(used + 8, CHANNEL_CASES.indexOf(channel));
    view.setUint32(used + 9, text.byteLength);
    bytes.set(text, used + HEADER_BYTES);
    block.used += size;
    block.count += 1;
    this.#next += 1;
  }

  /** Drops the oldest blocks until no more than so many bytes are left, but none with an entry from `below` on. */
  drop(most: number, below: number): void {
    let count = 0;
    for (const { first, count: entries, bytes } of this.#blocks) {
      if (this.#bytes <= most || first + entries > below) break;
      this.#bytes -= bytes.length;
      count += 1;
    }
    this.#blocks.splice(0, count);
  }

  /** The entries from a number on. */
  *from(number: number): Generator<Entry, void> {
    for (const { first, count, bytes, view } of this.#blocks) {
      if (first + count <= number) continue;
      let at = 0;
      for (let entry = first; entry < first + count; entry += 1) {
        const start = at + HEADER_BYTES;
        const end = start + view.getUint32(at + 9);
        if (entry >= number)
          yield {
            number: entry,
            timeMs: view.getFloat64(at),
            channel: CHANNEL_CASES[view.getUint8(at + 8)]!,
            text: bytes.subarray(start, end),
          };
        at = end;
      }
    }
  }

  #newBlock(last: Block | undefined, size: number, most: number): Block {
    const longer = last ? last.bytes.length * 2 : FIRST_BLOCK_BYTES;
    const length = Math.max(size, Math.min(longer, MOST_BLOCK_BYTES, most >> 2));
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    const block = { first: this.#next, count: 0, used: 0, bytes, view };
    this.#blocks.push(block);
    this.#bytes += length;
    return block;
  }
}
