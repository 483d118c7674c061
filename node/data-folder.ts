import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataFolderError } from '#node/errors.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';

// What an address of a Unix socket can hold, less the terminating zero (unix(7)).
const MAX_SOCKET_PATH = 107;

/** What `node.json` says of a running node to those who look for it. */
export interface NodeFile {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  readonly addresses: readonly string[];
  readonly socket: string;
  readonly url: string | undefined;
}

/** Makes a folder and those above it. Node's own way never returns where the system has folders that cannot hold any. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** The files of a node that are not vStore's. */
export class DataFolder {
  readonly #folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** Makes the folder, for its owner alone. */
  static async make(folder: string): Promise<void> {
    await makeFolder(folder);
    await chmod(folder, 0o700);
  }

  /** The bytes of a small file, or undefined where there is none. */
  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await readFile(join(this.#folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Replaces a small file, durably. */
  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.#disk.write(name, bytes, true);
  }

  /** @throws {data-folder} it is not JSON */
  async readJson<T>(name: string): Promise<T | undefined> {
    const bytes = await this.read(name);
    if (!bytes) return undefined;
    try {
      return JSON.parse(Buffer.from(bytes).toString()) as T;
    } catch (cause) {
      throw new DataFolderError(
        `${join(this.#folder, name)} is damaged: restore it, or start with another data folder`,
        { cause },
      );
    }
  }

  writeJson(name: string, value: unknown): Promise<void> {
    return this.write(name, Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`));
  }

  /** The token of the control API, made at the first start. */
  async token(): Promise<string> {
    const known = await this.read('control.token');
    if (known) return Buffer.from(known).toString().trim();
    const token = randomBytes(24).toString('base64url');
    await this.write('control.token', Buffer.from(`${token}\n`));
    await chmod(join(this.#folder, 'control.token'), 0o600);
    return token;
  }

  /** A path for the control socket, free to listen at: in the folder, or where that is too long, in one for temporary files. */
  async socketPath(id: string): Promise<string> {
    let path = join(this.#folder, 'control.sock');
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
      const folder = join(tmpdir(), `vstar-${process.getuid?.() ?? 0}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Anybody may make a folder of this name there first, and would then own the socket.
      const { uid, mode } = await lstat(folder);
      if (uid !== (process.getuid?.() ?? 0) || (mode & 0o077) !== 0)
        throw new DataFolderError(
          `${folder} is not this user's alone: remove it, or use a data folder with a shorter path`,
        );
      path = join(folder, `${id}.sock`);
    }
    // The folder is locked: nobody but a node that was killed can have left it.
    await rm(path, { force: true });
    return path;
  }

  /** Tells where the node can be reached. Not kept over a restart. */
  async announce(file: NodeFile): Promise<void> {
    const path = join(this.#folder, 'node.json');
    await writeFile(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`);
    await rename(`${path}.new`, path);
  }

  async withdraw(): Promise<void> {
    await rm(join(this.#folder, 'node.json'), { force: true });
  }
}
