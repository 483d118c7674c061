import type { Random } from '#kernel/random.ts';
import type { Disk, DiskEntry, LogFile } from '#services/vstore/disk/disk.ts';
import { NotFoundError } from '#services/vstore/errors.ts';
import { carried } from './carried-bytes.ts';
import { DiskFile } from './disk-file.ts';
import type { Thread } from './thread.ts';

const FREE_BYTES = 2 ** 40;
const USUAL_MS = 0.3;

/** What a name stands for, and what it stands for after a loss of power, where that is not known to be the same. */
interface Entry {
  file: DiskFile | undefined;
  /** Undefined: there is no such file. */
  before: { readonly file: DiskFile | undefined } | undefined;
}

/** The disk of one machine, over all lives of its processes. */
export class SimulatedDisk {
  readonly #random: Random;
  readonly #entries = new Map<string, Entry>();
  /** How long an operation takes: as long as this, at most. */
  slowMs = USUAL_MS;

  constructor(random: Random) {
    this.#random = random;
  }

  /** As fast as it usually is. */
  recover(): void {
    this.slowMs = USUAL_MS;
  }

  /** The machine loses power. */
  crash(): void {
    for (const [path, entry] of this.#entries) {
      if (entry.before && this.#random.next() < 0.5) entry.file = entry.before.file;
      entry.before = undefined;
      entry.file?.crash(this.#random);
      if (!entry.file) this.#entries.delete(path);
    }
  }

  /** The disk as one process has it. What it has asked for when it ends is not done, or has been; nobody hears of it. */
  mount(thread: Thread): Disk {
    const work = (): Promise<void> => this.#work(thread);
    return {
      read: async (path, offset, target) => {
        await work();
        return this.#existing(path).read(offset, target);
      },
      write: async (path, bytes, durable) => {
        const copy = bytes.slice();
        await work();
        this.#replace(path, new DiskFile(copy, durable), durable);
      },
      openLog: async (path) => {
        await work();
        const file = this.#entries.get(path)?.file ?? new DiskFile(undefined, true);
        this.#replace(path, file, true);
        return logOf(file, work);
      },
      rename: async (from, to) => {
        await work();
        const file = this.#existing(from);
        this.#entries.delete(from);
        this.#replace(to, file, true);
      },
      remove: async (path) => {
        await work();
        this.#replace(path, undefined, false);
      },
      removeFolder: async (path) => {
        await work();
        for (const each of this.#entries.keys())
          if (each.startsWith(`${path}/`)) this.#replace(each, undefined, false);
      },
      list: async (path) => {
        await work();
        return this.#list(path === '' ? '' : `${path}/`);
      },
      free: () => Promise.resolve(FREE_BYTES),
      close: () => Promise.resolve(),
    };
  }

  #work(thread: Thread): Promise<void> {
    const ms = 0.02 + this.#random.next() ** 3 * this.slowMs; // mostly fast
    return new Promise((resolve) => thread.later(ms, resolve));
  }

  #existing(path: string): DiskFile {
    const file = this.#entries.get(path)?.file;
    if (!file) throw new NotFoundError(`${path}: there is no such file on the simulated disk`);
    return file;
  }

  #replace(path: string, file: DiskFile | undefined, durable: boolean): void {
    const old = this.#entries.get(path);
    if (old?.file === file && old) return;
    const before = durable ? undefined : (old?.before ?? { file: old?.file });
    if (file ?? before?.file) this.#entries.set(path, { file, before });
    else this.#entries.delete(path);
  }

  #list(prefix: string): DiskEntry[] {
    const found = new Map<string, DiskEntry>();
    for (const [path, { file }] of this.#entries) {
      if (!file || !path.startsWith(prefix)) continue;
      const [name = '', ...below] = path.slice(prefix.length).split('/');
      const folder = below.length > 0;
      found.set(name, { name, folder, size: folder ? 0 : file.size });
    }
    return [...found.values()];
  }
}

function logOf(file: DiskFile, work: () => Promise<void>): LogFile {
  return {
    size: () => file.size,
    read: async (offset, target) => {
      await work();
      return file.read(offset, target);
    },
    append: async (bytes) => {
      const copy = carried(bytes);
      await work();
      file.append(copy);
    },
    sync: async () => {
      await work();
      file.sync();
    },
    truncate: async (size) => {
      await work();
      file.truncate(size);
    },
    close: work,
  };
}
