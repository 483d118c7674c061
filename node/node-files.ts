import { DataFolderError } from '#node/errors.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';

/** The small files in the folder of a node that are not vStore's: each is read whole and replaced whole. */
export class NodeFiles {
  readonly #disk: Disk;
  readonly #where: string;

  /** @param where the folder, for those who are told that something in it is wrong */
  constructor(disk: Disk, where: string) {
    this.#disk = disk;
    this.#where = where;
  }

  /** The bytes of a file, or undefined where there is none. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const found = (await this.#disk.list('')).find((each) => each.name === name);
    if (found === undefined || found.folder) return undefined;
    const bytes = new Uint8Array(found.size);
    return bytes.subarray(0, await this.#disk.read(name, 0, bytes));
  }

  /** Replaces a file, durably. */
  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.#disk.write(name, bytes, true);
  }

  /** Removes a file; nothing happens where there is none. */
  remove(name: string): Promise<void> {
    return this.#disk.remove(name);
  }

  /** @throws {data-folder} it is not JSON */
  async readJson<T>(name: string): Promise<T | undefined> {
    const bytes = await this.read(name);
    if (!bytes) return undefined;
    try {
      return JSON.parse(Buffer.from(bytes).toString()) as T;
    } catch (cause) {
      throw new DataFolderError(
        `${this.#where}/${name} is damaged: restore it, or start with another data folder`,
        { cause },
      );
    }
  }

  writeJson(name: string, value: unknown): Promise<void> {
    return this.write(name, Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`));
  }
}
