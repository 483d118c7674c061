import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { writeFile } from '../blobs.ts';
import type { MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { UseCache, type Use } from '../use-cache.ts';
import { cpioEntries } from './cpio.ts';
import { tar } from './tar.ts';

const MAX_TREE_BYTES = 512 << 20;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** Of those without a container. */
const KEPT_UNUSED = 8;

/** The first file system of a template, as tar reads it. */
export interface Tree {
  readonly path: string;
  /** Of all that is in it. */
  readonly bytes: number;
}

/** First file systems on the disk of this node, each unpacked once. */
export class TreeCache implements AsyncDisposable {
  readonly #folder: string;
  readonly #trees: UseCache<Tree>;
  #count = 0;

  /** @param folder of this node alone, which is emptied at its start */
  constructor({ logger }: Pick<MachineComponents, 'logger'>, folder: string) {
    this.#folder = join(folder, 'trees');
    this.#trees = new UseCache(logger, {
      kept: KEPT_UNUSED,
      drop: ({ path }) => rm(path, { force: true }),
    });
  }

  /**
   * To be let go once it has been read.
   * @param initramfs a file that never changes
   * @throws {refused} it is none {full}
   */
  use(initramfs: string): Promise<Use<Tree>> {
    return this.#trees.use(initramfs, () => this.#unpack(initramfs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#trees[Symbol.asyncDispose]();
  }

  async #unpack(initramfs: string): Promise<Tree> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${(this.#count += 1)}.tar`);
    try {
      const archive = await uncompressed(initramfs);
      await writeFile(path, tar(cpioEntries(archive)));
      return { path, bytes: archive.length };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }
}

/** @throws {refused} */
async function uncompressed(initramfs: string): Promise<Buffer> {
  const bytes = await readFile(initramfs);
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_TREE_BYTES });
  } catch (error) {
    const { message } = error as Error;
    throw new MachineFault(
      'refused',
      `the template's initramfs is not unpacked: ${message}`,
      error,
    );
  }
}
