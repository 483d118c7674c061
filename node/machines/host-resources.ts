import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { HostResources } from '#services/machine/components.ts';
import { isAlive, processName } from '#kernel/process-name.ts';

/** That of a process, or what is to take its place. */
const FILE_NAME = /^(\d+-\d+)(?:\.\d+)?$/;

/**
 * Of the machine that the node runs on. Nodes of one user on one machine tell each other by files what they have promised: each has one,
 * named by its process, so that nobody counts what a node that was killed had promised.
 * @param cacheDir what nodes of one user share
 */
export class LocalResources implements HostResources {
  readonly #folder: string;
  #own: Promise<string> | undefined;
  #count = 0;

  constructor(cacheDir: string) {
    this.#folder = join(cacheDir, 'machine-promises');
  }

  async memory(): Promise<{ total: number; available: number; others: number }> {
    const others = await this.#promisedByOthers();
    // At once: it lies in the memory of the system, and another thread takes longer to be asked for it than it takes.
    const text = readFileSync('/proc/meminfo', 'latin1');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { total: bytes('MemTotal'), available: bytes('MemAvailable'), others };
  }

  load(): number {
    const [lastMinute = 0] = loadavg();
    return Math.round((lastMinute / availableParallelism()) * 100);
  }

  async diskFree(folder: string): Promise<number> {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  }

  async promise(bytes: number): Promise<void> {
    const file = join(this.#folder, await this.#name());
    if (bytes === 0) return rm(file, { force: true });
    const part = `${file}.${(this.#count += 1)}`;
    try {
      await this.#write(part, `${bytes}`);
      await rename(part, file); // whoever reads it finds the number or the one before
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  /** Its folder is nearly always there: one that is not is made then. */
  async #write(file: string, text: string): Promise<void> {
    try {
      await writeFile(file, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(file, text);
    }
  }

  async #promisedByOthers(): Promise<number> {
    const own = await this.#name();
    const names = await readdir(this.#folder).catch(() => []); // nobody has promised anything yet
    const all = await Promise.all(
      names.flatMap((name) => {
        const owner = FILE_NAME.exec(name)?.[1];
        return owner === undefined || owner === own ? [] : [this.#read(name, owner)];
      }),
    );
    return all.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** What a file says, which goes if its owner has. One that is being written says nothing yet. */
  async #read(name: string, owner: string): Promise<number> {
    const file = join(this.#folder, name);
    if (!(await isAlive(owner))) {
      await rm(file, { force: true });
      return 0;
    }
    if (name !== owner) return 0;
    return Number(await readFile(file, 'utf8').catch(() => '0'));
  }

  #name(): Promise<string> {
    this.#own ??= processName(`${process.pid}`);
    return this.#own;
  }
}
