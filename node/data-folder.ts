import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataFolderError } from '#node/errors.ts';
import type { NodeFiles } from '#node/node-files.ts';

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

/** The folder of a running node, and what it keeps there for programs of this machine. */
export class DataFolder {
  readonly #folder: string;
  readonly #files: NodeFiles;

  constructor(folder: string, files: NodeFiles) {
    this.#folder = folder;
    this.#files = files;
  }

  /** Makes the folder, for its owner alone. */
  static async make(folder: string): Promise<void> {
    await makeFolder(folder);
    await chmod(folder, 0o700);
  }

  /** The token of the control API, made at the first start. */
  async token(): Promise<string> {
    const known = await this.#files.read('control.token');
    if (known) return Buffer.from(known).toString().trim();
    const token = randomBytes(24).toString('base64url');
    await this.#files.write('control.token', Buffer.from(`${token}\n`));
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
