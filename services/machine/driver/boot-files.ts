import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import type { Template } from '#posiv-wit/generated/machine.ts';
import { blobToFile } from '../blobs.ts';
import type { BootFiles } from '../qemu/template-cache.ts';

/** A generous one has a tenth of it. */
const MAX_BOOT_FILE_BYTES = 512 << 20;

/** The kernels and initramfs files that machines of this node boot from, fetched once. */
export class BootFileCache {
  readonly #folder: string;
  readonly #fetching = new Map<string, Promise<string>>();

  /** @param folder of this node alone */
  constructor(folder: string) {
    this.#folder = join(folder, 'boot');
  }

  /** @throws {store} {full} */
  async get({ kernel, initrd }: Template, blobs: BlobsCalls): Promise<BootFiles> {
    const [kernelFile, initrdFile] = await Promise.all([
      this.#file(kernel, blobs),
      this.#file(initrd, blobs),
    ]);
    return { kernel: kernelFile, initrd: initrdFile };
  }

  /** The id of a blob says which bytes they are, and is no name for a file. */
  #file(blob: string, blobs: BlobsCalls): Promise<string> {
    const known = this.#fetching.get(blob);
    if (known) return known;
    const fetching = this.#fetch(blob, blobs);
    this.#fetching.set(blob, fetching);
    fetching.catch(() => this.#fetching.delete(blob));
    return fetching;
  }

  async #fetch(blob: string, blobs: BlobsCalls): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, createHash('sha256').update(blob).digest('hex'));
    try {
      await blobToFile(blobs, blob, file, MAX_BOOT_FILE_BYTES);
      return file;
    } catch (error) {
      await rm(file, { force: true }); // the next one fetches it anew
      throw error;
    }
  }
}
