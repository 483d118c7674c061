import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import type { Backend, Snapshot, Spec, State, Stats } from '#posiv-wit/generated/machine.ts';
import { blobBytes, blobToFile, fileBytes, keepBlob } from '../blobs.ts';
import type { Agent, MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { DISK_FILE, qemuArguments, type Memory, type QemuInit } from '../qemu/arguments.ts';
import { readMachine, writeMachine } from '../qemu/migration.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { Qemu } from '../qemu/qemu.ts';
import { untilReady } from '../qemu/readiness.ts';
import { copyDisk, type TemplateCache } from '../qemu/template-cache.ts';
import { readConsole } from './console.ts';
import type { BootFileCache } from './boot-files.ts';
import { diskUsage, usageOf } from './usage.ts';

export interface MachineParts extends Pick<MachineComponents, 'clock' | 'agents' | 'blobs'> {
  readonly qemu: Qemu;
  readonly backend: Backend;
  readonly templates: TemplateCache;
  readonly bootFiles: BootFileCache;
}

export interface MachineEnd {
  /** The machine has switched itself off. */
  readonly off: boolean;
  readonly why: string;
}

/** One machine on this node, from its making to its end. */
export class Machine {
  readonly #parts: MachineParts;
  readonly #agent: Agent;
  readonly #folder: string;
  #process: QemuProcess | undefined;
  #state: State = 'paused';
  #createMs = 0;
  #closed: Promise<void> | undefined;

  /** @param folder its own, not there yet */
  constructor(parts: MachineParts, agent: Agent, folder: string) {
    this.#parts = parts;
    this.#agent = agent;
    this.#folder = folder;
  }

  /** Resolves once QEMU has ended. To be asked for once it runs. */
  get ended(): Promise<MachineEnd> {
    const process = this.#running();
    return process.ended.then((why) => ({ off: process.isOff, why }));
  }

  /** To be called once, at first. @throws {failed} {not-ready} {full} {store} */
  async make({ template, shape, from, paused }: Spec): Promise<void> {
    const { clock, templates, bootFiles, backend, agents, blobs } = this.#parts;
    const begun = clock.now();
    const { tenant } = this.#agent;
    const own = blobs(this.#agent);
    await mkdir(this.#folder, { mode: 0o700 });
    const disk = join(this.#folder, DISK_FILE);
    const init = { backend, board: template.board, shape };
    if (from?.memory !== undefined) {
      await blobToFile(own, from.disk, disk);
      await this.#start({ ...init, memory: { kind: 'own' }, boot: undefined });
      await readMachine(this.#running(), uncompressed(blobBytes(own, from.memory)), {
        keepsMemory: false,
      });
    } else {
      const files = await bootFiles.get(template, own);
      if (from) {
        await blobToFile(own, from.disk, disk);
        const boot = { ...files, commandLine: template.commandLine };
        await this.#start({ ...init, memory: { kind: 'own' }, boot });
      } else {
        const started = await templates.get({ template, shape, backend, tenant }, files);
        await copyDisk(started, disk);
        const memory: Memory = { kind: 'copy', file: started.memory };
        await this.#start({ ...init, memory, boot: undefined });
        await readMachine(this.#running(), [started.devices], { keepsMemory: true });
      }
    }
    readConsole(this.#running().console, clock, (bytes) => agents.said(this.#agent, bytes));
    if (!paused) {
      const boots = from !== undefined && from.memory === undefined;
      const ready = boots ? untilReady(this.#running(), template.ready, clock) : undefined;
      await Promise.all([this.#go(), ready]);
    }
    this.#createMs = Math.round(clock.now() - begun);
  }

  async pause(): Promise<void> {
    if (this.#state === 'paused')
      throw new MachineFault('refused', 'the machine is paused already');
    await this.#halt();
  }

  async resume(): Promise<void> {
    if (this.#state === 'running')
      throw new MachineFault('refused', 'the machine is running already');
    await this.#go();
  }

  /** Keeps its disk, and its memory where that is asked for, and closes it. It goes on as it was if that fails. */
  async keep({ memory }: { readonly memory: boolean }): Promise<Snapshot> {
    const process = this.#running();
    const before = this.#state;
    const blobs = this.#parts.blobs(this.#agent);
    await this.#halt();
    try {
      let kept: string | undefined;
      if (memory) {
        const sink = async (from: AsyncIterable<Uint8Array>): Promise<void> => {
          kept = await keepBlob(blobs, compressed(from));
        };
        await writeMachine(process, this.#folder, sink, { keepsMemory: false });
      }
      // A machine that was stopped has nothing in between it and its file any more.
      const disk = await keepBlob(blobs, fileBytes(join(this.#folder, DISK_FILE)));
      await this.close();
      return { memory: kept, disk };
    } catch (error) {
      if (before === 'running') await this.#go();
      throw error;
    }
  }

  async type(bytes: Uint8Array): Promise<void> {
    const { console } = this.#running();
    if (console.write(bytes)) return;
    await new Promise<void>((resolve) => {
      console.once('drain', resolve);
      console.once('close', resolve);
    });
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
    const known = { state: this.#state, backend, createMs: this.#createMs };
    return { ...known, cpuUs, memoryUsed: memoryBytes, diskUsed, diskRead, diskWritten };
  }

  /** Ends it wherever it is in its life; resolves once nothing of it is left. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #start(init: QemuInit): Promise<void> {
    const { qemu, backend } = this.#parts;
    const { memory, boot, shape } = init;
    const reach = {
      folder: this.#folder,
      reads: boot ? [boot.kernel, boot.initrd] : [],
      // QEMU opens what it copies from as if it were to write there. So a template is one tenant's alone.
      writes: memory.kind === 'own' ? [] : [memory.file],
      fileBytes: fileLimit(shape.disk),
      kvm: backend === 'qemu-kvm',
    };
    if (this.#closed) throw new MachineFault('failed', 'its agent has ended');
    this.#process = qemu.start([...qemuArguments(init), ...(boot ? ['-S'] : [])], reach);
  }

  async #go(): Promise<void> {
    await this.#running().qmp.execute('cont');
    this.#state = 'running';
  }

  async #halt(): Promise<void> {
    await this.#running().qmp.execute('stop');
    this.#state = 'paused';
  }

  async #close(): Promise<void> {
    await this.#process?.kill();
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

/** What the file of a disk of so many bytes can come to, with what says where they are. */
function fileLimit(disk: number): number {
  return Math.ceil(disk * 1.01) + (16 << 20);
}

function compressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Its machine stands still meanwhile: what is saved by more than this takes longer than to store it.
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return through(bytes, createZstdCompress({ params }));
}

function uncompressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(bytes, createZstdDecompress());
}

/** What fails on the way fails for who reads. */
function through(
  bytes: AsyncIterable<Uint8Array>,
  coder: ReturnType<typeof createZstdCompress>,
): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(bytes), coder, () => {});
}
