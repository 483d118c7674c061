import type { Random } from '#kernel/random.ts';

const FIRST_BYTES = 1_024;

/** The content of one file, as a process reads it and as it would be after a loss of power. */
export class DiskFile {
  #bytes: Buffer;
  #size: number;
  /** So many bytes of it are durable, unless it was cut since it was last synced. */
  #synced: Buffer;

  constructor(bytes: Uint8Array = new Uint8Array(0), durable = false) {
    this.#bytes = Buffer.from(bytes);
    this.#size = bytes.length;
    this.#synced = durable ? this.#bytes : Buffer.alloc(0);
  }

  get size(): number {
    return this.#size;
  }

  read(offset: number, target: Uint8Array): number {
    const part = this.#bytes.subarray(offset, Math.min(this.#size, offset + target.length));
    target.set(part);
    return part.length;
  }

  append(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    // What is durable shares the memory of what is written: it is only ever added to behind it.
    if (size > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(FIRST_BYTES, 2 * size));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  truncate(size: number): void {
    this.#bytes = Buffer.from(this.#bytes.subarray(0, size));
    this.#size = size;
  }

  sync(): void {
    this.#synced = this.#bytes.subarray(0, this.#size);
  }

  /** Power is lost: what was not synced is gone, or is there in part, its last bytes perhaps not as they were written. */
  crash(random: Random): void {
    const synced = this.#synced.length;
    const added = this.#size - synced;
    if (added <= 0) {
      // It was cut: either that has reached the disk or not.
      const kept = random.next() < 0.5 ? this.#synced : this.#bytes.subarray(0, this.#size);
      this.#restart(Buffer.from(kept));
      return;
    }
    const kept = Buffer.from(
      this.#bytes.subarray(0, synced + Math.floor(random.next() * (added + 1))),
    );
    if (kept.length > synced && random.next() < 0.5)
      kept[synced + Math.floor(random.next() * (kept.length - synced))]! ^= 1;
    this.#restart(kept);
  }

  #restart(kept: Buffer): void {
    this.#bytes = kept;
    this.#size = kept.length;
    this.#synced = kept;
  }
}
