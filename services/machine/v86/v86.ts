import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import { MachineFault } from '../errors.ts';
import type { Confinement } from '../qemu/confinement.ts';
import { QemuProcess } from '../qemu/qemu-process.ts';

const OWN_FOLDER = dirname(fileURLToPath(import.meta.url));
const EMULATOR = join(OWN_FOLDER, 'emulator.ts');
const ROOT = join(OWN_FOLDER, '../../..');

export interface V86Start {
  /** Its current folder. */
  readonly folder: string;
  /** Of the machine, in bytes. */
  readonly memory: number;
  /** Files that it may read besides. */
  readonly reads: readonly string[];
  readonly group: ProcessGroup | undefined;
}

/** v86 as it came from npm. */
export class V86 {
  /** What a version wrote, another may not read. */
  readonly version: string;
  readonly #package: string;
  readonly #confinement: Confinement;

  private constructor(folder: string, version: string, confinement: Confinement) {
    this.#package = folder;
    this.version = version;
    this.#confinement = confinement;
  }

  /** @throws {no-backend} with what to install */
  static async find(walls: Promise<Confinement>): Promise<V86> {
    try {
      // Its package.json is not among what it exports.
      const folder = dirname(dirname(createRequire(import.meta.url).resolve('v86')));
      const text = await readFile(join(folder, 'package.json'), 'utf8');
      const { version } = JSON.parse(text) as { version: string };
      return new V86(folder, version, await walls);
    } catch (error) {
      throw new MachineFault('no-backend', 'the package v86 is not there: npm ci', error);
    }
  }

  /** A machine whose processor has not begun; it takes the orders of `emulator.ts`. */
  start({ folder, memory, reads, group }: V86Start): QemuProcess {
    const library = pathToFileURL(join(this.#package, 'build/libv86.mjs')).href;
    const wasm = join(this.#package, 'build/v86.wasm');
    // Node's own wall: no files to write, no processes, no network.
    const node = [process.execPath, '--permission', '--allow-fs-read=*', '--no-warnings'] as const;
    const words = [...node, EMULATOR, library, wasm, `${memory}`] as const;
    const code = [dirname(process.execPath), OWN_FOLDER, join(ROOT, 'package.json'), this.#package];
    const reach = { folder, reads: [...code, ...reads], writes: [], fileBytes: 0, kvm: false };
    const wrapped = this.#confinement.wrap(words, reach);
    return new QemuProcess({ name: 'v86', words: wrapped, folder, pipes: 0, group });
  }
}
