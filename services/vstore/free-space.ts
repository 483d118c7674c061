import type { Disk } from './disk/disk.ts';
import { FullError } from './errors.ts';

const ASK_AGAIN_BYTES = 4 * 1_048_576; // others write to the same disk: what it said is believed for so many bytes

/** Keeps a reserve on the disk, so that journals and manifests can still be written when chunks cannot. */
export class FreeSpace {
  readonly #disk: Disk;
  readonly #reserve: number;
  #left = 0; // of what the disk said when it was last asked

  constructor(disk: Disk, reserve: number) {
    this.#disk = disk;
    this.#reserve = reserve;
  }

  /** @throws {full} */
  async take(bytes: number): Promise<void> {
    if (this.#left < bytes) {
      const free = await this.#disk.free();
      this.#left = Math.min(free - this.#reserve, ASK_AGAIN_BYTES);
    }
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new FullError(
      `the disk has less than ${this.#reserve + bytes} bytes free: delete files there, or add a node`,
    );
  }
}
