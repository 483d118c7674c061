import { mkdir, rm, statfs } from 'node:fs/promises';
import { command } from './command.ts';

const BYTES = 512 << 20; // of memory, of which a life uses some megabytes

/** The disk of a machine: a file system of its own in memory where root allows that, which can be made to be full. */
export class MachineDisk implements AsyncDisposable {
  readonly folder: string;
  readonly #mounted: boolean;

  private constructor(folder: string, mounted: boolean) {
    this.folder = folder;
    this.#mounted = mounted;
  }

  static async make(folder: string): Promise<MachineDisk> {
    await mkdir(folder);
    const mounted = await command(
      'mount',
      '-t',
      'tmpfs',
      '-o',
      `size=${BYTES}`,
      'vstar',
      folder,
    ).then(
      () => true,
      () => false,
    );
    return new MachineDisk(folder, mounted);
  }

  /** Leaves room for so many more bytes; Infinity for as many as there are. */
  async setRoom(bytes: number): Promise<void> {
    if (!this.#mounted) return;
    const { bsize, blocks, bfree } = await statfs(this.folder);
    const size = Math.min(BYTES, (blocks - bfree) * bsize + bytes);
    await command('mount', '-o', `remount,size=${size}`, this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#mounted) await command('umount', '-l', this.folder).catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }
}
