import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Shape, Template } from '#posiv-wit/generated/machine.ts';
import { writeFile } from '../blobs.ts';
import type { Settings } from '#kernel/cgroup/entering.ts';
import type { MachineComponents } from '../components.ts';
import { compressed } from '../driver/memory-stream.ts';
import { groupFor, hypervisorBounds } from '../process-bounds.ts';
import { untilReady } from '../qemu/readiness.ts';
import type { BootFiles } from '../qemu/template-cache.ts';
import { UseCache, type Use } from '../use-cache.ts';
import { saveState } from './state.ts';
import type { V86 } from './v86.ts';

// Debian's kernel takes 32 s of a processor, and others may want that too. An agent gives up after 240.
const READY_WITHIN_MS = 230_000;
/** States without a machine that is being made of them: each takes some MiB of the disk. */
const KEPT_UNUSED = 4;
/** What is asked of the kernel beside what the template says: v86 ends where it meets a triple fault. */
const RESET = 'reboot=k';

export interface BootAsked {
  /** Who asks. It is booted as the first one's. */
  readonly tenant: string;
  /** Nobody waits any more for what asks. */
  readonly signal: AbortSignal;
}

/** Templates that have been booted under v86 on this node, as states from which machines go on. */
export class BootedTemplates {
  readonly #v86: V86;
  readonly #clock: Clock;
  readonly #groups: MachineComponents['groups'];
  readonly #folder: string;
  /** The files of their states. */
  readonly #booted: UseCache<string>;
  #count = 0;

  /** @param folder of this node alone */
  constructor(
    v86: V86,
    { clock, logger, groups }: Pick<MachineComponents, 'clock' | 'logger' | 'groups'>,
    folder: string,
  ) {
    this.#v86 = v86;
    this.#clock = clock;
    this.#groups = groups;
    this.#folder = join(folder, 'v86');
    this.#booted = new UseCache(logger, {
      kept: KEPT_UNUSED,
      drop: (file) => rm(file, { force: true }),
    });
  }

  /**
   * The file of the state of a template that says that it is ready, to be let go once it has been read. As with QEMU's, who asks for one that is
   * being booted waits with the first, and none is booted that nobody waits for any more.
   * @param files what it consists of, fetched
   * @throws {not-ready} {failed} {full} and the signal's reason
   */
  use(
    template: Template,
    { memory }: Pick<Shape, 'memory'>,
    files: BootFiles,
    { tenant, signal }: BootAsked,
  ): Promise<Use<string>> {
    const key = JSON.stringify([template, memory]);
    const boot = (until: AbortSignal): Promise<string> =>
      this.#boot(template, memory, files, { tenant, signal: until });
    return this.#booted.use(key, boot, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#booted[Symbol.asyncDispose]();
  }

  async #boot(
    { commandLine, ready }: Template,
    memory: number,
    { kernel, initrd }: BootFiles,
    { tenant, signal }: BootAsked,
  ): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, `${(this.#count += 1)}.state`);
    const group = await groupFor(this.#groups, tenant, emulatorBounds({ memory }), () =>
      signal.throwIfAborted(),
    );
    const folder = this.#folder;
    const process = this.#v86.start({ folder, memory, reads: [kernel, initrd], group });
    const breakOff = (): void => void process.kill();
    signal.addEventListener('abort', breakOff, { once: true });
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
      signal.removeEventListener('abort', breakOff);
      await process.kill();
    }
  }
}

/** It has one processor, whatever is asked. */
export function emulatorBounds({ memory }: Pick<Shape, 'memory'>): Settings {
  return hypervisorBounds({ memory, processors: 1 }, 'v86');
}
