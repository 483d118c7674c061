import type { Disk } from './disk/disk.ts';
import { FullError } from './errors.ts';

const ASK_AGAIN_BYTES = 4 * 1_048_576; // others write to the same disk: what it said is believed for so many bytes

/** Keeps a reserve on the disk, so that journals and manifests can still be written when chunks cannot. */
export class FreeSpace {
  readonly #disk: Disk;
  readonly #reserve: number;
  #left = 0; // of what the disk said when it was last asked
  #writing = 0; // bytes that may be missing from what it says, or not yet
  #asking: Promise<void> | undefined;

  constructor(disk: Disk, reserve: number) {
    this.#disk = disk;
    this.#reserve = reserve;
  }

  /**
   * Does what writes so many bytes, where there is room.
   * @throws {full} and whatever `write` throws
   */
  async use(bytes: number, write: () => Promise<void>): Promise<void> {
    if (this.#left < bytes) {
      // Those who ask at the same time share an answer, and what it leaves.
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
      await this.#asking;
    }
    if (this.#left < bytes) {
      throw new FullError(
        `the disk has less than ${this.#reserve + bytes} bytes free: delete files there, or add a node`,
      );
    }
    this.#left -= bytes;
    this.#writing += bytes;
    try {
      await write();
    } finally {
      this.#writing -= bytes;
    }
  }

  async #ask(): Promise<void> {
    const free = await this.#disk.free();
    this.#left = Math.min(free - this.#reserve - this.#writing, ASK_AGAIN_BYTES);
  }
}
