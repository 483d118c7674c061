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

  /**
   * To be let go once they have been read.
   * @param signal breaks off the waiting, and what nobody else waits for
   * @throws {store} {full} {refused} one is too large; and the signal's reason
   */
  async use(
    { kernel, initrd }: Template,
    blobs: BlobsCalls,
    signal?: AbortSignal,
  ): Promise<Use<BootFiles>> {
    const file = (blob: string): Promise<Use<string>> =>
      this.#files.use(blob, (until) => this.#fetch(blob, blobs, until), signal);
    const both = await Promise.allSettled([file(kernel), file(initrd)]);
    using stack = new DisposableStack();
    for (const each of both) if (each.status === 'fulfilled') stack.use(each.value);
    const value = { kernel: valueOf(both[0]).value, initrd: valueOf(both[1]).value };
    const uses = stack.move();
    return { value, [Symbol.dispose]: () => uses.dispose() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }

  async #fetch(blob: string, blobs: BlobsCalls, signal: AbortSignal): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, `${(this.#count += 1)}`);
    try {
      await blobToFile(blobs, blob, file, { most: MAX_BOOT_FILE_BYTES, signal });
      return file;
    } catch (error) {
      await rm(file, { force: true }); // the next one fetches it anew
      throw error;
    }
  }
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
