import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Backend, Shape, Template } from '#posiv-wit/generated/machine.ts';
import { diskFault, fileBytes } from '../blobs.ts';
import type { MachineComponents } from '../components.ts';
import type { Steps } from '../driver/steps.ts';
import { MachineFault } from '../errors.ts';
import { groupFor, hypervisorBounds } from '../process-bounds.ts';
import { UseCache } from '../use-cache.ts';
import { DISK_FILE, qemuArguments } from './arguments.ts';
import { writeMachine } from './migration.ts';
import type { Qemu } from './qemu.ts';
import { untilReady } from './readiness.ts';
import { markUsed, templateFolder, tidy, unfinishedIn } from './template-folder.ts';

/** Of what devices a template has: changes with them. */
const FORMAT = 3;
const MAX_DEVICES_BYTES = 16 << 20; // they are some 50 KiB, but QEMU may be its guest's by then

/** That this node has used last, of which nothing but where they are is kept; and of the files that they consist of. */
const KNOWN = 64;

/** Of a template's cards, which are joined to nothing: copies are told theirs. */
const NO_MAC = '02:00:00:00:00:00';

/** A template that has started, and what a copy of it is made from. */
export interface StartedTemplate {
  /** The file of its memory: copies have it open, and write into none of it. */
  readonly memory: string;
  /** Its devices, as QEMU wrote them. */
  readonly devices: Uint8Array;
  /** The file of its disk, as it was then. */
  readonly disk: string;
}

/** Files to boot from. */
export interface BootFiles {
  readonly kernel: string;
  readonly initrd: string;
}

export interface TemplateWish {
  readonly template: Template;
  readonly shape: Shape;
  readonly backend: Backend;
  /** How many network cards. */
  readonly cards: number;
  /** Whose machines it is for: what a copy can do to a template, it can do to nobody else's. */
  readonly tenant: string;
}

export interface Asked {
  /** Nobody waits any more for what asks: where nobody else does, nothing is left of it when this has failed. */
  readonly signal: AbortSignal;
  /** Told where it is started for this. */
  readonly steps?: Steps;
}

/**
 * Templates on the disk of this machine, each started once for what it consists of. One is started only as long as somebody waits for it, whose
 * machine has been promised its memory and takes none of it yet: so there is room for it.
 */
export class TemplateCache {
  readonly #qemu: Qemu;
  readonly #clock: Clock;
  readonly #groups: MachineComponents['groups'];
  readonly #folder: string;
  readonly #started: UseCache<StartedTemplate>;
  /** Of boot files, which never change. */
  readonly #digests: UseCache<Uint8Array>;

  constructor(
    qemu: Qemu,
    { clock, logger, groups }: Pick<MachineComponents, 'clock' | 'logger' | 'groups'>,
    cacheDir: string,
  ) {
    this.#qemu = qemu;
    this.#clock = clock;
    this.#groups = groups;
    this.#folder = templateFolder(cacheDir);
    this.#started = new UseCache(logger, {
      kept: KNOWN,
      drop: async () => {}, // they stay on the disk, for other nodes too: `tidy` says which
      isThere: ({ memory }) => this.#isThere(memory),
    });
    this.#digests = new UseCache(logger, { kept: KNOWN, drop: async () => {} });
  }

  /**
   * The started template. Who asks for one that is being started waits with the first.
   * @param files what it consists of, fetched
   * @throws {not-ready} {failed} {full} and the signal's reason
   */
  async get(wish: TemplateWish, files: BootFiles, asked: Asked): Promise<StartedTemplate> {
    const key = await this.#keyOf(wish, files);
    const start = async (signal: AbortSignal): Promise<StartedTemplate> =>
      (await this.#find(key)) ?? this.#start(key, wish, files, { ...asked, signal });
    using use = await this.#started.use(key, start, asked.signal);
    return use.value;
  }

  async #keyOf(
    { template, shape, backend, tenant, cards }: TemplateWish,
    files: BootFiles,
  ): Promise<string> {
    const hash = createHash('sha256');
    const { commandLine, board, ready } = template;
    hash.update(
      JSON.stringify([
        FORMAT,
        this.#qemu.version,
        backend,
        tenant,
        shape,
        cards,
        commandLine,
        board,
        ready,
      ]),
    );
    for (const file of [files.kernel, files.initrd]) {
      using digest = await this.#digests.use(file, () => sha256Of(file));
      hash.update(digest.value);
    }
    return hash.digest('hex');
  }

  /** Another node of this machine may have removed it, to make room. */
  #isThere(memory: string): Promise<boolean> {
    return markUsed(dirname(memory), this.#clock.wallTime()).then(
      () => true,
      () => false,
    );
  }

  async #find(key: string): Promise<StartedTemplate | undefined> {
    const folder = join(this.#folder, key);
    try {
      const found = await started(folder);
      await markUsed(folder, this.#clock.wallTime());
      return found;
    } catch {
      return undefined; // not there
    }
  }

  async #start(
    key: string,
    { template, shape, backend, cards, tenant }: TemplateWish,
    { kernel, initrd }: BootFiles,
    { signal, steps }: Asked,
  ): Promise<StartedTemplate> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await tidy(this.#folder, this.#clock.wallTime());
    const folder = await unfinishedIn(this.#folder);
    try {
      const memory = join(folder, 'memory');
      await writeFile(memory, '');
      await this.#qemu.makeDisk(join(folder, DISK_FILE), shape.disk);
      const { board, commandLine } = template;
      const boot = { kernel, initrd, commandLine };
      const macs = Array.from({ length: cards }, () => NO_MAC);
      const words = qemuArguments({
        backend,
        board,
        shape,
        memory: { kind: 'template', file: memory },
        cards: macs,
        base: false,
        seed: false,
        boot,
      });
      const reach = {
        folder,
        reads: [kernel, initrd],
        writes: [memory],
        fileBytes: shape.memory + shape.disk,
        kvm: backend === 'qemu-kvm',
      };
      const bounds = hypervisorBounds(shape, backend);
      const group = await groupFor(this.#groups, tenant, bounds, () => signal.throwIfAborted());
      const qemu = this.#qemu.start(words, reach, { others: cards, group });
      const breakOff = (): void => void qemu.kill();
      signal.addEventListener('abort', breakOff, { once: true });
      steps?.('template starts');
      try {
        await untilReady(qemu, template.ready, this.#clock);
        await qemu.qmp.execute('stop');
        const parts: Uint8Array[] = [];
        let bytes = 0;
        const sink = async (from: AsyncIterable<Uint8Array>): Promise<void> => {
          for await (const part of from) {
            bytes += part.length;
            if (bytes > MAX_DEVICES_BYTES)
              throw new MachineFault('failed', 'QEMU writes too much for its devices');
            parts.push(part);
          }
        };
        await writeMachine(qemu, folder, sink, { keepsMemory: true });
        await writeFile(join(folder, 'devices'), Buffer.concat(parts));
        steps?.('template written');
      } finally {
        signal.removeEventListener('abort', breakOff);
        await qemu.kill();
      }
      const final = join(this.#folder, key);
      // Another node of this machine may have been as fast: what it made is as good.
      await rename(folder, final).catch(() => {});
      return await started(final);
    } catch (error) {
      throw diskFault(error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function started(folder: string): Promise<StartedTemplate> {
  const memory = join(folder, 'memory');
  await stat(memory);
  return {
    memory,
    devices: await readFile(join(folder, 'devices')),
    disk: join(folder, DISK_FILE),
  };
}

/** A machine's own disk, as the template's was. */
export async function copyDisk({ disk }: StartedTemplate, to: string): Promise<void> {
  await copyFile(disk, to).catch((error: unknown) => {
    throw diskFault(error);
  });
}

async function sha256Of(file: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const part of fileBytes(file)) hash.update(part);
  return hash.digest();
}
