import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import type { Template } from '#posiv-wit/generated/machine.ts';
import { blobToFile } from '../blobs.ts';
import type { MachineComponents } from '../components.ts';
import type { BootFiles } from '../qemu/template-cache.ts';
import { UseCache, type Use } from '../use-cache.ts';

/** A generous one has a tenth of it. */
const MAX_BOOT_FILE_BYTES = 512 << 20;
/** Of those that nothing is being made of: four templates or more, as they share kernels. */
const KEPT_UNUSED = 8;

/** The kernels and initramfs files that machines of this node are made of, each fetched once. */
export class BootFileCache implements AsyncDisposable {
  readonly #folder: string;
  /** By their blobs, whose ids say which bytes they are. */
  readonly #files: UseCache<string>;
  #count = 0;

  /** @param folder of this node alone, which is emptied at its start */
  constructor({ logger }: Pick<MachineComponents, 'logger'>, folder: string) {
    this.#folder = join(folder, 'boot');
    this.#files = new UseCache(logger, {
      kept: KEPT_UNUSED,
      drop: (file) => rm(file, { force: true }),
    });
  }

  /** To be let go once they have been read. @throws {store} {full} {refused} one is too large */
  async use({ kernel, initrd }: Template, blobs: BlobsCalls): Promise<Use<BootFiles>> {
    using stack = new DisposableStack();
    const file = async (blob: string): Promise<string> => {
      const use = await this.#files.use(blob, () => this.#fetch(blob, blobs));
      return stack.use(use).value;
    };
    const value = { kernel: await file(kernel), initrd: await file(initrd) };
    const uses = stack.move();
    return { value, [Symbol.dispose]: () => uses.dispose() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }

  async #fetch(blob: string, blobs: BlobsCalls): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, `${(this.#count += 1)}`);
    try {
      await blobToFile(blobs, blob, file, MAX_BOOT_FILE_BYTES);
      return file;
    } catch (error) {
      await rm(file, { force: true }); // the next one fetches it anew
      throw error;
    }
  }
}
