import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MachineFault } from '../errors.ts';
import { findTool } from '#kernel/cell/find-tool.ts';
import { findConfinement, type Confinement, type Reach } from './confinement.ts';
import { QemuProcess } from './qemu-process.ts';

const run = promisify(execFile);

const EMULATOR = 'qemu-system-x86_64';
const DISK_TOOL = 'qemu-img';

/** What to install for the programs below, on Debian. */
const PACKAGES = { [EMULATOR]: 'qemu-system-x86', [DISK_TOOL]: 'qemu-utils' } as const;

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

  /** @throws {no-backend} with what to install */
  static async find(path: string): Promise<Qemu> {
    const [emulator, diskTool] = await Promise.all([
      required(EMULATOR, path),
      required(DISK_TOOL, path),
    ]);
    const [{ stdout }, confinement] = await Promise.all([
      run(emulator, ['--version'], { env: {} }),
      findConfinement(path),
    ]);
    return new Qemu(emulator, diskTool, stdout.split('\n')[0] ?? '', confinement);
  }

  /**
   * Starts one, behind all walls that stand.
   * @param others how many pipes it has besides those that each has
   */
  start(args: readonly string[], reach: Reach, others = 0): QemuProcess {
    const words = this.confinement.wrap([this.emulator, ...args], reach);
    return new QemuProcess(words, reach.folder, others);
  }

  /** Makes an empty disk, whose file holds what was written alone. */
  async makeDisk(file: string, bytes: number): Promise<void> {
    await run(this.#diskTool, ['create', '-q', '-f', 'qcow2', file, `${bytes}`], { env: {} });
  }
}

async function required(program: keyof typeof PACKAGES, path: string): Promise<string> {
  const found = await findTool(program, path);
  if (found !== undefined) return found;
  throw new MachineFault(
    'no-backend',
    `${program} is not installed; on Debian: apt install ${PACKAGES[program]}`,
  );
}
