import { constants, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend, Made, Move, Snapshot, Spec, Stats } from '#posiv-wit/generated/machine.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { afterwards } from '../afterwards.ts';
import type { BackendMachine, LiveMachine, MachineEnd } from '../backends/backend-machine.ts';
import { blobBytes, blobToFile, diskFault, fileBytes, keepBlob, readBlob } from '../blobs.ts';
import type { Agent, MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { giveMachine, type Wish } from '../move/give.ts';
import type { Taking } from '../move/take.ts';
import type { CachedImage, ImageCache } from '../images/image-cache.ts';
import type { Use } from '../use-cache.ts';
import { formatOf, HEAD_BYTES } from '../images/image-format.ts';
import { serveNbd } from '../images/nbd-server.ts';
import { seedImage } from '../images/seed.ts';
import {
  DISK_FILE,
  qemuArguments,
  SEED_FILE,
  type Memory,
  type QemuInit,
} from '../qemu/arguments.ts';
import { readMachine, writeMachine, type Writing } from '../qemu/migration.ts';
import { groupFor, hypervisorBounds } from '../process-bounds.ts';
import { Processor } from '../qemu/processor.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import { untilReady } from '../qemu/readiness.ts';
import { copyDisk, type StartedTemplate, type TemplateCache } from '../qemu/template-cache.ts';
import { Cabling, type CablingComponents } from './cabling.ts';
import { readConsole, typeInto } from './console.ts';
import type { Crowd } from './crowd.ts';
import { atMost, compressed, uncompressed } from './memory-stream.ts';
import type { BootFileCache } from './boot-files.ts';
import { stepsOf, type Steps } from './steps.ts';
import { diskUsage, usageOf } from './usage.ts';

export interface MachineParts
  extends Pick<MachineComponents, 'agents' | 'blobs' | 'peers'>, CablingComponents {
  readonly backend: Backend;
  /** What kind of processor machines have here. */
  readonly cpu: string;
  readonly templates: TemplateCache;
  readonly bootFiles: BootFileCache;
  readonly images: ImageCache;
  readonly crowd: Pick<Crowd, 'niceness'>;
}

/** Of the disk of a machine, while it is kept and the machine goes on. */
const DISK_COPY = 'copy.qcow2';
/** A page that changes is written again: so many times all of them, at most, while a machine goes on. */
const MOST_ROUNDS = 8;
const MOST_DEVICES_BYTES = 32 << 20;

/** A machine that QEMU runs. */
export class Machine implements BackendMachine, LiveMachine {
  readonly #parts: MachineParts;
  readonly #agent: Agent;
  readonly #folder: string;
  readonly #cabling: Cabling;
  readonly #step: Steps;
  #process: QemuProcess | undefined;
  readonly #processor = new Processor(
    () => this.#running().qmp,
    (state) => this.#step(state === 'running' ? 'goes on' : 'halted'),
  );
  #createMs = 0;
  #moved: Move | undefined;
  #memoryBytes = 0;
  /** What its disk is based on. */
  #base: Use<CachedImage> | undefined;
  #boots = false;
  #closed: Promise<void> | undefined;
  readonly #leaving = new AbortController();
  /** Its template, which may be started in the memory that it was promised. */
  #starting: Promise<StartedTemplate> | undefined;

  /** @param folder its own, not there yet */
  constructor(parts: MachineParts, agent: Agent, folder: string) {
    this.#parts = parts;
    this.#agent = agent;
    this.#folder = folder;
    this.#cabling = new Cabling(parts, agent);
    this.#step = stepsOf(parts.logger, agent);
  }

  get live(): LiveMachine {
    return this;
  }

  get pid(): number | undefined {
    return this.#running().pid;
  }

  get made(): Made {
    return { state: this.#processor.state, createMs: this.#createMs, moved: this.#moved };
  }

  get ended(): Promise<MachineEnd> {
    const process = this.#running();
    return process.ended.then((why) => ({ off: process.isOff, why }));
  }

  async make(spec: Spec): Promise<void> {
    const { template, shape, from, paused } = spec;
    const { clock, templates, bootFiles, qemu, backend, blobs, cpu } = this.#parts;
    const begun = clock.now();
    const { tenant } = this.#agent;
    const own = blobs(this.#agent);
    const init = await this.#prepare(spec);
    const { cards } = init;
    const disk = join(this.#folder, DISK_FILE);
    const boots = from?.memory === undefined && template.kernel !== '';
    const { signal } = this.#leaving;
    using fetched = boots ? await bootFiles.use(template, own, signal) : undefined;
    if (from?.memory !== undefined) {
      if (from.cpu !== undefined && from.cpu !== cpu)
        throw new MachineFault('incompatible', `its memory is of ${from.cpu}, the node has ${cpu}`);
      await diskToFile(own, from.disk, disk, shape.disk);
      await this.#start({ ...init, memory: { kind: 'own' }, boot: undefined });
      await readMachine(this.#running(), uncompressed(blobBytes(own, from.memory)), {
        keepsMemory: false,
      });
      this.#step('filled');
      this.#tellCards(cards);
    } else {
      const { commandLine } = template;
      const files = fetched?.value;
      if (from || init.base || !files) {
        if (from) await diskToFile(own, from.disk, disk, shape.disk);
        else await qemu.makeDisk(disk, shape.disk);
        const boot = files ? { ...files, commandLine } : ('firmware' as const);
        await this.#start({ ...init, memory: { kind: 'own' }, boot });
      } else {
        const wish = { template, shape, backend, tenant, cards: cards.length };
        this.#starting = templates.get(wish, files, { signal, steps: this.#step });
        const started = await this.#starting;
        this.#step('template');
        await copyDisk(started, disk);
        const memory: Memory = { kind: 'copy', file: started.memory };
        await this.#start({ ...init, memory, boot: undefined });
        await readMachine(this.#running(), [started.devices], { keepsMemory: true });
        this.#step('filled');
        this.#tellCards(cards);
      }
    }
    await this.#cabling.join(this.#running(), spec);
    this.#step('joined');
    this.#readConsole();
    if (!paused) {
      const ready = this.#boots ? untilReady(this.#running(), template.ready, clock) : undefined;
      await Promise.all([this.#processor.go(), ready]);
    }
    this.#createMs = Math.round(clock.now() - begun);
  }

  /** What it has in memory may be that of another. */
  #tellCards(cards: readonly string[]): void {
    for (const [at, mac] of cards.entries()) this.#running().words.write(`card ${at} ${mac}\n`);
  }

  async take(spec: Spec, taking: Taking): Promise<void> {
    const { shape, paused } = spec;
    const { clock, qemu } = this.#parts;
    const begun = clock.now();
    const init = await this.#prepare(spec);
    await qemu.makeDisk(join(this.#folder, DISK_FILE), shape.disk);
    await this.#start({ ...init, memory: { kind: 'own' }, boot: undefined });
    await taking.fill(this.#running());
    this.#step('filled');
    await this.#cabling.join(this.#running(), spec);
    this.#readConsole();
    if (this.#closed) throw new MachineFault('failed', 'its agent has ended');
    this.#moved = await taking.finish(() => (paused ? Promise.resolve() : this.#processor.go()));
    this.#step('said that it goes on');
    this.#createMs = Math.round(clock.now() - begun);
  }

  async give(wish: Wish): Promise<void> {
    const { peers, clock } = this.#parts;
    let isGiven = false;
    const given = (stillAt: number): void => {
      isGiven = true;
      wish.given(stillAt);
      this.#step('given');
    };
    try {
      const steps = this.#step;
      const parts = { qemu: this.#running(), folder: this.#folder, peers, clock, steps };
      await giveMachine(parts, { ...wish, given });
    } catch (error) {
      // It may have been broken off when all was written and nothing said: then it stands still.
      if (!isGiven) await this.#processor.goOn().catch(() => {}); // it has ended, which is told in another way
      throw error;
    }
  }

  async takeBack(): Promise<void> {
    await this.#processor.goOn();
  }

  pause(): Promise<void> {
    return this.#processor.pause();
  }

  resume(): Promise<void> {
    return this.#processor.resume();
  }

  async keep({ memory }: { readonly memory: boolean }): Promise<Snapshot> {
    const before = this.#processor.state;
    await this.#processor.halt();
    try {
      const kept = memory ? await this.#keepMemory(undefined) : undefined;
      // A machine that was stopped has nothing in between it and its file any more.
      const disk = await this.#keepDisk(join(this.#folder, DISK_FILE));
      await this.close();
      this.#step('taken down');
      return { memory: kept, disk, cpu: kept === undefined ? undefined : this.#parts.cpu };
    } catch (error) {
      await this.#processor.goOn(before).catch(() => {}); // it has ended, which is told in another way
      throw error;
    }
  }

  async snapshot(): Promise<Snapshot> {
    const copy = join(this.#folder, DISK_COPY);
    const { signal } = new AbortController();
    const keep = async (): Promise<string> => {
      const memory = await this.#keepMemory({ switchover: () => Promise.resolve(), signal });
      // It stands still since the last of its memory was written, and its file is whole.
      await copyFile(join(this.#folder, DISK_FILE), copy, constants.COPYFILE_FICLONE).catch(
        (error: unknown) => {
          throw diskFault(error);
        },
      );
      this.#step('disk copied');
      return memory;
    };
    try {
      const memory = await afterwards(keep, () => this.#processor.goOn());
      return { memory, disk: await this.#keepDisk(copy), cpu: this.#parts.cpu };
    } finally {
      await rm(copy, { force: true });
    }
  }

  /** @throws {refused} nobody reads what was typed before */
  async type(bytes: Uint8Array): Promise<void> {
    await typeInto(this.#running().console, bytes, this.#parts.clock);
  }

  async stats(): Promise<Stats> {
    const { pid, qmp } = this.#running();
    const [{ cpuUs, memoryBytes }, diskUsed, blocks] = await Promise.all([
      usageOf(pid!),
      diskUsage(join(this.#folder, DISK_FILE)),
      qmp.execute('query-blockstats') as Promise<readonly BlockStats[]>,
    ]);
    const { rd_bytes: diskRead = 0, wr_bytes: diskWritten = 0 } = blocks[0]?.stats ?? {};
    const { backend } = this.#parts;
    const { received: netReceived, sent: netSent, dropped: netDropped } = this.#cabling.traffic;
    const net = { netReceived, netSent, netDropped, imageFetched: this.#base?.value.fetched ?? 0 };
    const used = { cpuUs, memoryUsed: memoryBytes, diskUsed, diskRead, diskWritten };
    return { ...this.made, backend, ...used, ...net };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Its folder, with all of its disks but the one that it writes to. @throws {refused} {store} {full} */
  async #prepare(spec: Spec): Promise<Omit<QemuInit, 'memory' | 'boot'>> {
    const { images, blobs, backend } = this.#parts;
    const { template, shape } = spec;
    await mkdir(this.#folder, { mode: 0o700 });
    const { image, board, userData } = template;
    if (image) this.#base = await images.use(image, blobs(this.#agent));
    if (this.#closed) this.#base?.[Symbol.dispose]();
    const least = this.#base?.value.size ?? 0;
    if (shape.disk < least)
      throw new MachineFault('refused', `disk is ${shape.disk}: the image has ${least} bytes`);
    if (userData !== undefined)
      await writeFile(join(this.#folder, SEED_FILE), seedImage(spec, userData));
    this.#step('prepared');
    const cards = spec.cards.map(({ mac }) => mac);
    return { backend, board, shape, cards, base: !!image, seed: userData !== undefined };
  }

  async #start(init: QemuInit): Promise<void> {
    const { qemu, backend, groups, crowd } = this.#parts;
    const { memory, boot, shape } = init;
    const reach = {
      folder: this.#folder,
      reads: typeof boot === 'object' ? [boot.kernel, boot.initrd] : [],
      // QEMU opens what it copies from as if it were to write there. So a template is one tenant's alone.
      writes: memory.kind === 'own' ? [] : [memory.file],
      fileBytes: fileLimit(shape.disk),
      kvm: backend === 'qemu-kvm',
    };
    const bounds = hypervisorBounds(shape, backend);
    const group = await groupFor(groups, this.#agent.tenant, bounds, () => {
      if (this.#closed) throw new MachineFault('failed', 'its agent has ended');
    });
    this.#memoryBytes = shape.memory;
    this.#step('disk');
    const words = [...qemuArguments(init), ...(boot ? ['-S'] : [])];
    this.#boots = boot !== undefined;
    const base = this.#base?.value;
    const others = init.cards.length + (base ? 1 : 0);
    this.#process = qemu.start(words, reach, { others, group, niceness: crowd.niceness });
    this.#step('started');
    if (base) void serveNbd(this.#process.others[init.cards.length]!, base);
  }

  #readConsole(): void {
    const { clock, agents } = this.#parts;
    readConsole(this.#running().console, clock, (bytes) => agents.said(this.#agent, bytes));
  }

  async #keepMemory(live: Writing['live']): Promise<string> {
    const blobs = this.#parts.blobs(this.#agent);
    let kept = '';
    const sink = async (from: AsyncIterable<Uint8Array>): Promise<void> => {
      kept = await keepBlob(blobs, compressed(atMost(from, this.#mostMemory(live !== undefined))));
    };
    await writeMachine(this.#running(), this.#folder, sink, { keepsMemory: false, live });
    this.#step('memory kept');
    return kept;
  }

  /** What of its memory may come to be written, in bytes: QEMU may be its guest's by now, and would go on for ever. */
  #mostMemory(live: boolean): number {
    return this.#memoryBytes * (live ? MOST_ROUNDS : 1.1) + MOST_DEVICES_BYTES;
  }

  async #keepDisk(file: string): Promise<string> {
    const kept = await keepBlob(this.#parts.blobs(this.#agent), fileBytes(file));
    this.#step('disk kept');
    return kept;
  }

  async #close(): Promise<void> {
    this.#leaving.abort(new MachineFault('failed', 'its agent has ended'));
    const started = this.#starting?.catch(() => {}); // `make` hears of it
    await Promise.all([started, this.#process?.kill(), this.#cabling.close()]);
    this.#base?.[Symbol.dispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #running(): QemuProcess {
    if (this.#process) return this.#process;
    throw new MachineFault('failed', 'the machine is being made');
  }
}

interface BlockStats {
  readonly stats: { readonly rd_bytes: number; readonly wr_bytes: number };
}

/**
 * Brings a disk that was kept of a machine. Its guest may have been its hypervisor's master, and whose blob it is has a hand in it, too: so
 * it is looked at as a stranger's image is.
 * @throws {refused} {store} {full}
 */
async function diskToFile(
  blobs: BlobsCalls,
  blob: string,
  file: string,
  disk: number,
): Promise<void> {
  if (formatOf(await readBlob(blobs, blob, 0, HEAD_BYTES), false).format !== 'qcow2')
    throw new MachineFault('refused', 'what was kept of its disk is no qcow2');
  await blobToFile(blobs, blob, file, { most: fileLimit(disk) });
}

/** What the file of a disk of so many bytes can come to, with what says where they are. */
function fileLimit(disk: number): number {
  return Math.ceil(disk * 1.01) + (16 << 20);
}
