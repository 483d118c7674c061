import type { Disk } from './disk/disk.ts';
import { FullError } from './errors.ts';

const ASK_AGAIN_BYTES = 4 * 1_048_576; // others write to the same disk: what it said is believed for so many bytes

/** Keeps a reserve on the disk, so that journals and manifests can still be written when chunks cannot. */
export class FreeSpace {
  readonly #disk: Disk;
  readonly #reserve: number;
  #left = 0; // of what the disk said when it was last asked
  #writing = 0; // bytes that may be missing from what it says, or not yet
  #asking: Promise<number> | undefined;

  constructor(disk: Disk, reserve: number) {
    this.#disk = disk;
    this.#reserve = reserve;
  }

  /**
   * Does what writes so many bytes, where there is room.
   * @throws {full} and whatever `write` throws
   */
  async use(bytes: number, write: () => Promise<void>): Promise<void> {
    while (this.#left < bytes) {
      // Those who ask at the same time share an answer; whoever finds it used up by the others asks again.
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
      if ((await this.#asking) < bytes) {
        throw new FullError(
          `the disk has less than ${this.#reserve + bytes} bytes free: delete files there, or add a node`,
        );
      }
    }
    this.#left -= bytes;
    this.#writing += bytes;
    try {
      await write();
    } finally {
      this.#writing -= bytes;
    }
  }

  /** How much may be written yet. */
  async #ask(): Promise<number> {
    const free = (await this.#disk.free()) - this.#reserve - this.#writing;
    this.#left = Math.min(free, ASK_AGAIN_BYTES);
    return free;
  }
}
