import type { Disk, LogFile } from '#services/vstore/disk/disk.ts';
import { FullError } from '#services/vstore/errors.ts';

export type Operation = 'write' | 'append' | 'sync' | 'truncate' | 'rename' | 'read';

/** A disk that fails when it is told to. */
export class FaultyDisk implements Disk {
  /** Gives the error of an operation, if it is to fail. */
  fail: (operation: Operation, path: string) => Error | undefined = () => undefined;
  /** Bytes that may still be written, if there is a limit: what is beyond is torn off. */
  room = Infinity;
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async read(path: string, offset: number, target: Uint8Array): Promise<number> {
    this.#check('read', path);
    return this.#disk.read(path, offset, target);
  }

  async write(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
    this.#check('write', path);
    if (bytes.length > this.room) throw new FullError('test: the disk is full');
    this.room -= bytes.length;
    await this.#disk.write(path, bytes, durable);
  }

  async openLog(path: string): Promise<LogFile> {
    const log = await this.#disk.openLog(path);
    return {
      size: () => log.size(),
      read: (offset, target) => log.read(offset, target),
      append: async (bytes) => {
        this.#check('append', path);
        if (bytes.length > this.room) {
          await log.append(bytes.subarray(0, this.room));
          this.room = 0;
          throw new FullError('test: the disk is full');
        }
        this.room -= bytes.length;
        await log.append(bytes);
      },
      sync: async () => {
        this.#check('sync', path);
        await log.sync();
      },
      truncate: async (size) => {
        this.#check('truncate', path);
        await log.truncate(size);
      },
      close: () => log.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check('rename', from);
    await this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  removeFolder(path: string): Promise<void> {
    return this.#disk.removeFolder(path);
  }

  list(path: string): ReturnType<Disk['list']> {
    return this.#disk.list(path);
  }

  async free(): Promise<number> {
    return this.room === Infinity ? this.#disk.free() : this.room;
  }

  close(): Promise<void> {
    return this.#disk.close();
  }

  #check(operation: Operation, path: string): void {
    const error = this.fail(operation, path);
    if (error !== undefined) throw error;
  }
}
