import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfinedProcess, type ConfinedProcessInit } from '../confined-process.ts';
import { MachineFault } from '../errors.ts';
import { installed } from '../installed.ts';
import { findConfinement, type Confinement, type Reach } from './confinement.ts';
import { QemuProcess } from './qemu-process.ts';

const run = promisify(execFile);

const EMULATOR = 'qemu-system-x86_64';
const DISK_TOOL = 'qemu-img';

/** What to install for the programs below, on Debian. */
const PACKAGES = { [EMULATOR]: 'qemu-system-x86', [DISK_TOOL]: 'qemu-utils' } as const;

/** A terabyte of zeros takes less. */
const EXTRACTION_CPU_SECONDS = 900;

export interface Extraction {
  readonly source: string;
  /** Where it may write. */
  readonly folder: string;
  /** A path in it. */
  readonly to: string;
  /** How large the disk says that it is. */
  readonly bytes: number;
  readonly signal: AbortSignal;
}

export interface Start extends Pick<ConfinedProcessInit, 'group' | 'niceness'> {
  /** How many pipes it has besides those that each has. */
  readonly others?: number;
}

/** QEMU as it is installed on this machine. */
export class Qemu {
  /** As it says it itself. What a version wrote, another may not read. */
  readonly version: string;
  readonly confinement: Confinement;
  readonly emulator: string;
  readonly #diskTool: string;

  private constructor(
    emulator: string,
    diskTool: string,
    version: string,
    confinement: Confinement,
  ) {
    this.emulator = emulator;
    this.#diskTool = diskTool;
    this.version = version;
    this.confinement = confinement;
  }

  /**
   * @param path where programs are looked for, as PATH has it
   * @param walls those of this machine, where they are looked for already
   * @throws {no-backend} with what to install
   */
  static async find(path: string, walls?: Promise<Confinement>): Promise<Qemu> {
    const { [EMULATOR]: emulator, [DISK_TOOL]: diskTool } = await installed(PACKAGES, path);
    const [{ stdout }, confinement] = await Promise.all([
      run(emulator, ['--version'], { env: {} }),
      walls ?? findConfinement(path),
    ]);
    return new Qemu(emulator, diskTool, stdout.split('\n')[0] ?? '', confinement);
  }

  /** Starts one, behind all walls that stand. */
  start(args: readonly string[], reach: Reach, { others = 0, ...more }: Start = {}): QemuProcess {
    const words = this.confinement.wrap([this.emulator, ...args], reach);
    return new QemuProcess({ name: 'QEMU', words, folder: reach.folder, pipes: others, ...more });
  }

  /**
   * Writes what is in a qcow2 to a raw file, in a folder that is for this alone. The image may be anybody's: its tool sees nothing else,
   * and has so much time of a processor and so long a file at most.
   * @throws {failed} it says no
   */
  async toRaw({ source, folder, to, bytes, signal }: Extraction): Promise<void> {
    const args = ['convert', '-f', 'qcow2', '-O', 'raw', source, to];
    const reach = {
      folder,
      reads: [source],
      writes: [],
      fileBytes: bytes,
      kvm: false,
      cpuSeconds: EXTRACTION_CPU_SECONDS,
    };
    signal.throwIfAborted();
    const words = this.confinement.wrap([this.#diskTool, ...args], reach);
    const tool = new ConfinedProcess({ name: DISK_TOOL, words, folder, pipes: 1 });
    tool.pipes[0]!.resume();
    const abort = (): void => void tool.kill();
    signal.addEventListener('abort', abort);
    const { status, why, said } = await tool.ended;
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
    if (status !== 0)
      throw new MachineFault(
        'failed',
        `the image cannot be read: ${said.split('\n').at(-1) || why}`,
      );
  }

  /** Makes an empty disk, whose file holds what was written alone. */
  async makeDisk(file: string, bytes: number): Promise<void> {
    await run(this.#diskTool, ['create', '-q', '-f', 'qcow2', file, `${bytes}`], { env: {} });
  }
}
