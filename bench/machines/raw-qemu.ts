import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { SETTINGS } from '#cli/machine/template/stored-template.ts';
import { cacheDir } from '#cli/folders.ts';
import { systemClock } from '#kernel/system-clock.ts';
import type { Shape } from '#posiv-wit/generated/machine.ts';
import { memoryOf } from '#services/machine/qemu/arguments.ts';
import { Qemu } from '#services/machine/qemu/qemu.ts';
import { quiet } from '#tests/support/quiet.ts';
import { TemplateCache, type StartedTemplate } from '#services/machine/qemu/template-cache.ts';
import { whereInstalled } from '../installed.ts';

const run = promisify(execFile);
const KIB = 1 << 10;

/** What a script alone makes of QEMU. */
export const RAW = { name: 'a script that clones QEMU', install: 'apt install python3' };
export const RAW_MOVES = { name: 'a script, over loopback', install: RAW.install };

export interface Clones {
  readonly count: number;
  readonly seconds: number;
  /** Of each, in bytes. */
  readonly pss: number;
  /** Processor time of all of them and of whoever made them, in seconds. */
  readonly cpu: number;
}

/** The same template that the node copies from, for scripts. */
export class RawQemu implements AsyncDisposable {
  readonly #folder: string;
  readonly #started: StartedTemplate;
  readonly #shape: Shape;

  private constructor(folder: string, started: StartedTemplate, shape: Shape) {
    this.#folder = folder;
    this.#started = started;
    this.#shape = shape;
  }

  static async prepare(shape: Shape, tenant: string): Promise<RawQemu> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
    const init = { signal: new AbortController().signal, onStep: () => {} };
    const { kernel, initrd } = await debianRecipe(cacheDir(), init);
    const files = { kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
    await writeFile(files.kernel, kernel);
    await writeFile(files.initrd, initrd);
    const cache = new TemplateCache(
      await Qemu.find(process.env['PATH'] ?? ''),
      { clock: systemClock, logger: quiet },
      cacheDir(),
    );
    const none = { image: undefined, userData: undefined };
    const template = { kernel: '', initrd: '', ...none, ...SETTINGS };
    const wish = { template, shape, backend: 'qemu-tcg', cards: 0, tenant } as const;
    return new RawQemu(folder, await cache.get(wish, files, { signal: init.signal }), shape);
  }

  /** Makes so many, paused, and ends them; undefined where there is no Python. */
  clones(count: number): Promise<Clones | undefined> {
    return this.#run('raw_clones.py', count);
  }

  /** Makes so many, each of which goes on until it has answered words on its console, and ends them; undefined where there is no Python. */
  answering(count: number, words: string, answer: string): Promise<Clones | undefined> {
    return this.#run('raw_clones.py', count, words, answer);
  }

  /**
   * Moves one so often from process to process while it does what it is told by words on its console.
   * @returns for how many milliseconds it stood still each time; undefined where there is no Python
   */
  moves(count: number, words: string, answer: string): Promise<readonly number[] | undefined> {
    return this.#run('raw_moves.py', count, words, answer);
  }

  #run<T>(script: string, count: number, ...more: readonly string[]): Promise<T | undefined> {
    const { memory, devices, disk } = this.#started;
    return whereInstalled(async () => {
      const state = join(this.#folder, 'devices');
      await writeFile(state, devices);
      const words = [`${count}`, join(this.#folder, 'machines'), memory, state, disk];
      const file = fileURLToPath(new URL(script, import.meta.url));
      const size = `${memoryOf({ shape: this.#shape, backend: 'qemu-tcg' }) / KIB}`;
      const { stdout } = await run('python3', [file, ...words, size, ...more]);
      return JSON.parse(stdout) as T;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
