import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Shape, Template } from '#posiv-wit/generated/machine.ts';
import { fileBytes, writeFile } from '../blobs.ts';
import { compressed, uncompressed } from '../driver/memory-stream.ts';
import { untilReady } from '../qemu/readiness.ts';
import type { BootFiles } from '../qemu/template-cache.ts';
import { saveState } from './state.ts';
import type { V86 } from './v86.ts';

// Debian's kernel takes 32 s of a processor, and others may want that too. An agent gives up after 240.
const READY_WITHIN_MS = 230_000;
/** What is asked of the kernel beside what the template says: v86 ends where it meets a triple fault. */
const RESET = 'reboot=k';

/** Templates that have been booted under v86 on this node, as states from which machines go on. */
export class BootedTemplates {
  readonly #v86: V86;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #booted = new Map<string, Promise<string>>();
  #count = 0;

  /** @param folder of this node alone */
  constructor(v86: V86, clock: Clock, folder: string) {
    this.#v86 = v86;
    this.#clock = clock;
    this.#folder = join(folder, 'v86');
  }

  /**
   * The state of a template that says that it is ready. Who asks for one that is being booted waits with the first.
   * @param files what it consists of, fetched
   * @throws {not-ready} {failed} {full}
   */
  async get(
    template: Template,
    { memory }: Pick<Shape, 'memory'>,
    files: BootFiles,
  ): Promise<AsyncIterable<Uint8Array>> {
    const key = JSON.stringify([template, memory]);
    const known = this.#booted.get(key);
    const booting = known ?? this.#boot(template, memory, files);
    if (!known) {
      this.#booted.set(key, booting);
      booting.catch(() => this.#booted.delete(key)); // the next one tries again
    }
    return uncompressed(fileBytes(await booting));
  }

  async #boot(
    { commandLine, ready }: Template,
    memory: number,
    { kernel, initrd }: BootFiles,
  ): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, `${(this.#count += 1)}.state`);
    const process = this.#v86.start({ folder: this.#folder, memory, reads: [kernel, initrd] });
    try {
      const words = `console=ttyS0 ${commandLine} ${RESET}`;
      await process.qmp.execute('boot', { kernel, initrd, commandLine: words });
      await process.qmp.execute('cont');
      await untilReady(process, ready, this.#clock, READY_WITHIN_MS);
      await process.qmp.execute('stop');
      await writeFile(file, compressed(await saveState(process, memory)));
      return file;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await process.kill();
    }
  }
}
