import { mkdtempSync } from 'node:fs';
import { link, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellFiles } from '#kernel/cell/cell.ts';
import type { Clock } from '#kernel/clock.ts';
import type { LentFile } from '#kernel/ipc/lent-file.ts';

// By then a lane has read what it was lent, or is stuck. What is lent again meanwhile need not be linked again.
const LENT_MS = 60_000;
// A link holds a file on the disk that its owner may have removed.
const MOST = 1_024;
// A cell that cannot read what it is lent, for whatever reason, is lent nothing any more.
const MOST_UNREAD = 64;

interface Lent {
  readonly file: LentFile;
  /** Rejects where it could not be linked. */
  readonly linked: Promise<void>;
  until: number;
}

/**
 * Files of a node that one cell may read by itself: hard links in a folder that is this cell's alone, to which it has no other
 * right than to read. So it sees what it was given a result of, and nothing else that is on the disk.
 */
export class LentFiles implements CellFiles {
  /** What the cell may read. */
  readonly folder: string;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #lent = new Map<string, Lent>(); // whose time is over first, first
  /** Those whose links are being removed. */
  readonly #leaving = new Map<string, Promise<void>>();
  #unread = 0;
  #cancelSweep: (() => void) | undefined;
  #closed = false;

  /**
   * @param root the node's data folder
   * @param parent of the folder, on the same file system
   */
  constructor(root: string, parent: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
    this.folder = mkdtempSync(join(parent, 'cell-'));
  }

  async lend(file: LentFile): Promise<boolean> {
    if (this.#closed || this.#unread >= MOST_UNREAD) return false;
    const lent = this.#lent.get(file.name) ?? this.#link(file);
    lent.until = this.#clock.now() + LENT_MS;
    this.#lent.delete(file.name);
    this.#lent.set(file.name, lent);
    this.#cancelSweep ??= this.#clock.after(LENT_MS, () => this.#sweep());
    try {
      await lent.linked;
      return true;
    } catch {
      return false; // another file system, or one without links
    }
  }

  unread(name: string): void {
    const lent = this.#lent.get(name);
    this.#unread += 1;
    if (!lent) return;
    this.#takeBack(name, lent);
    lent.file.unread();
  }

  /** The cell has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelSweep?.();
    const linked = [...this.#lent.values()].map((lent) => lent.linked);
    this.#lent.clear();
    await Promise.allSettled([...linked, ...this.#leaving.values()]);
    // What cannot be removed goes when the node starts again.
    await rm(this.folder, { recursive: true, force: true }).catch(() => {});
  }

  #link(file: LentFile): Lent {
    for (const [name, oldest] of this.#lent) {
      if (this.#lent.size < MOST) break;
      this.#takeBack(name, oldest);
    }
    const lent: Lent = { file, linked: this.#linkOnce(file), until: 0 };
    lent.linked.catch(() => {
      if (this.#lent.get(file.name) === lent) this.#lent.delete(file.name);
    });
    return lent;
  }

  #takeBack(name: string, { linked }: Lent): void {
    this.#lent.delete(name);
    const leaving = linked
      .then(() => unlink(join(this.folder, name)))
      .catch(() => {}) // what cannot be removed goes with the folder
      .finally(() => this.#leaving.delete(name));
    this.#leaving.set(name, leaving);
  }

  async #linkOnce({ path, name }: LentFile): Promise<void> {
    await this.#leaving.get(name);
    await link(join(this.#root, path), join(this.folder, name));
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [name, lent] of this.#lent) {
      if (lent.until > now) break;
      this.#takeBack(name, lent);
    }
    const next = this.#lent.values().next().value;
    this.#cancelSweep = next && this.#clock.after(next.until - now, () => this.#sweep());
  }
}
