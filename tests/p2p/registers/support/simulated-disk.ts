import type { Random } from '#p2p/environment.ts';
import type { LogFile } from '#services/vstore/disk/disk.ts';
import { FullError } from '#services/vstore/errors.ts';
import type { Timeline } from './simulated-time.ts';

interface File {
  /** What survives a crash for sure. */
  durable: Buffer;
  /** What a process reads. */
  written: Buffer;
}

export interface DiskFaults {
  /** Longest time that an operation takes, in milliseconds. */
  readonly slowMs: number;
  /** How often an append finds no space. */
  readonly full: number;
}

/** Of a process: nothing of it is done any more once `alive` is false, and nothing resolves. */
export interface Life {
  readonly alive: boolean;
}

/** A disk that loses in a crash what was not synced, or keeps some of it, with its last bytes damaged. */
export class SimulatedDisk {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #faults: DiskFaults;
  readonly #files = new Map<string, File>();

  constructor(timeline: Timeline, random: Random, faults: DiskFaults) {
    this.#timeline = timeline;
    this.#random = random;
    this.#faults = faults;
  }

  /** What a journal needs of a disk, for one process. */
  mount(life: Life): {
    openLog(path: string): Promise<LogFile>;
    rename(from: string, to: string): Promise<void>;
    remove(path: string): Promise<void>;
  } {
    return {
      openLog: async (path) => {
        await this.#work(life);
        if (!this.#files.has(path))
          this.#files.set(path, { durable: Buffer.alloc(0), written: Buffer.alloc(0) });
        return this.#log(this.#files.get(path)!, life);
      },
      rename: async (from, to) => {
        await this.#work(life);
        this.#files.set(to, this.#files.get(from)!);
        this.#files.delete(from);
      },
      remove: async (path) => {
        await this.#work(life);
        this.#files.delete(path);
      },
    };
  }

  crash(): void {
    for (const file of this.#files.values()) {
      file.durable = this.#remains(file);
      file.written = file.durable;
    }
  }

  /** All of it is gone. */
  lose(): void {
    this.#files.clear();
  }

  #remains({ durable, written }: File): Buffer {
    const appended = written.length - durable.length;
    if (appended <= 0) return this.#random.next() < 0.5 ? durable : written;
    const kept = Buffer.from(
      written.subarray(0, durable.length + Math.floor(this.#random.next() * (appended + 1))),
    );
    if (kept.length > durable.length && this.#random.next() < 0.5)
      kept[durable.length + Math.floor(this.#random.next() * (kept.length - durable.length))]! ^= 1;
    return kept;
  }

  #log(file: File, life: Life): LogFile {
    return {
      size: () => file.written.length,
      read: async (offset, target) => {
        await this.#work(life);
        const part = file.written.subarray(offset, offset + target.length);
        target.set(part);
        return part.length;
      },
      append: async (bytes) => {
        await this.#work(life);
        if (this.#random.next() < this.#faults.full)
          throw new FullError('the simulated disk is full');
        file.written = Buffer.concat([file.written, bytes]);
      },
      sync: async () => {
        await this.#work(life);
        file.durable = file.written;
      },
      truncate: async (size) => {
        await this.#work(life);
        file.written = file.written.subarray(0, size);
      },
      close: () => this.#work(life),
    };
  }

  #work(life: Life): Promise<void> {
    const ms = this.#random.next() ** 3 * this.#faults.slowMs; // mostly fast
    return new Promise((resolve) => {
      this.#timeline.after(ms, () => {
        if (life.alive) resolve();
      });
    });
  }
}
