import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { type PathEntry, readPathEntry, writePathEntry } from '#posiv-wit/generated/wire.ts';
import type { Logger } from './components.ts';
import { codeOf, JournalFormatError, messageOf, RefusedError } from './errors.ts';
import { Locks } from './locks.ts';
import { type Journal, type JournalComponents, openJournal } from './journal.ts';
import { comparePaths } from './path.ts';
import { mergeHeads } from './path-entry.ts';

// A node without its part of the index would answer for paths of which it knows nothing.
const IF_DAMAGED =
  'Restore the file from a copy, or revoke this node and join with a new data folder: other nodes have copies of what it kept';
const FILE = 'paths.journal';
const WASTE = 4; // the journal is compacted when it has so many times as many records as there are paths,
const MIN_RECORDS = 10_000; // and no fewer than these: rewriting less is not worth a sync
const MAX_HEADS = 64; // of a path: nodes that change it at the same time, and those that were killed at it

/** What this node knows of paths, in memory and in a journal. */
export class PathTable implements AsyncDisposable {
  readonly #entries = new Map<string, PathEntry>();
  readonly #boundTo = new Map<string, number>(); // how many heads name a blob
  readonly #logger: Logger;
  readonly #locks = new Locks();
  #order: string[] = []; // the paths, by their bytes
  #journal: Journal | undefined;
  #written = 0; // records in the journal

  private constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws {journal-format} {journal-corrupt} {full} */
  static async open(components: JournalComponents, logger: Logger): Promise<PathTable> {
    const table = new PathTable(logger);
    table.#journal = await openJournal(components, {
      path: FILE,
      replay: (bytes) => table.#apply(decode(bytes), false),
      ifDamaged: IF_DAMAGED,
    });
    table.#order = [...table.#entries.keys()].toSorted(comparePaths);
    const { cut } = table.#journal;
    if (cut > 0)
      logger.warn('a write to the journal of paths was never finished: cut off', { bytes: cut });
    return table;
  }

  /** Those that were taken away and are not forgotten yet included. */
  get count(): number {
    return this.#entries.size;
  }

  get(path: string): PathEntry | undefined {
    return this.#entries.get(path);
  }

  all(): Iterable<PathEntry> {
    return this.#entries.values();
  }

  isBound(blob: string): boolean {
    return this.#boundTo.has(blob);
  }

  /** Entries whose paths begin with `prefix`, in order, beginning behind `after`. */
  *range(prefix: string, after: string | undefined): Generator<PathEntry> {
    const behind = after !== undefined && comparePaths(after, prefix) >= 0;
    let at = behind ? this.#position(after) : this.#position(prefix);
    if (behind && this.#order[at] === after) at++;
    for (; at < this.#order.length; at++) {
      const path = this.#order[at] ?? '';
      const entry = this.#entries.get(path);
      if (!path.startsWith(prefix)) return;
      if (entry !== undefined) yield entry;
    }
  }

  /**
   * Adds what others know, durably.
   * @throws {refused} {full} {journal-broken}
   */
  async merge(entries: readonly PathEntry[]): Promise<void> {
    await Promise.all(
      entries.map(({ path, heads }) =>
        this.#locks.run(path, () => {
          const before = this.#entries.get(path)?.heads ?? [];
          const merged = mergeHeads(before, heads);
          if (merged.length > MAX_HEADS)
            throw new RefusedError(`${path} is being changed in ${MAX_HEADS} ways: try again`);
          return this.#set({ path, heads: merged });
        }),
      ),
    );
  }

  /**
   * Forgets the heads of a path up to a version, durably.
   * @throws {full} {journal-broken}
   */
  forget(path: string, version: number): Promise<void> {
    return this.#locks.run(path, async () => {
      const heads = this.#entries.get(path)?.heads ?? [];
      const left = heads.filter((head) => head.version > version);
      if (left.length < heads.length) await this.#set({ path, heads: left });
    });
  }

  /**
   * Leaves a path to others, durably, unless anything was added since its entry was read.
   * @throws {full} {journal-broken}
   */
  leave(entry: PathEntry): Promise<void> {
    return this.#locks.run(entry.path, async () => {
      if (this.#entries.get(entry.path) === entry) await this.#set({ path: entry.path, heads: [] });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal?.[Symbol.asyncDispose]();
  }

  async #set(entry: PathEntry): Promise<void> {
    const writer = new Writer();
    writePathEntry(writer, entry);
    await this.#journal?.append(writer.take(), () => this.#apply(entry, true));
    this.#compactIfWasteful();
  }

  #apply(entry: PathEntry, ordered: boolean): void {
    this.#written++;
    const { path, heads } = entry;
    const before = this.#entries.get(path);
    for (const { stat } of before?.heads ?? []) this.#count(stat?.blob, -1);
    for (const { stat } of heads) this.#count(stat?.blob, 1);
    const remembered = heads.length > 0;
    if (remembered) this.#entries.set(path, entry);
    else this.#entries.delete(path);
    if (!ordered || remembered === (before !== undefined)) return;
    this.#order.splice(this.#position(path), remembered ? 0 : 1, ...(remembered ? [path] : []));
  }

  #count(blob: string | undefined, change: number): void {
    if (blob === undefined) return;
    const count = (this.#boundTo.get(blob) ?? 0) + change;
    if (count > 0) this.#boundTo.set(blob, count);
    else this.#boundTo.delete(blob);
  }

  /** Where a path is in the order, or would be. */
  #position(path: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePaths(this.#order[middle] ?? '', path) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compactIfWasteful(): void {
    if (this.#written < Math.max(MIN_RECORDS, WASTE * this.#entries.size)) return;
    this.#written = this.#entries.size;
    this.#journal
      ?.compact(() => this.#snapshot())
      .catch((error: unknown) => {
        this.#logger.warn('the journal of paths was not compacted', {
          code: codeOf(error),
          reason: messageOf(error),
        });
      });
  }

  *#snapshot(): Generator<Uint8Array> {
    for (const entry of this.#entries.values()) {
      const writer = new Writer();
      writePathEntry(writer, entry);
      yield writer.take();
    }
  }
}

/** What is kept must not point into the memory that the journal was read into, nor be of another version. */
function decode(bytes: Uint8Array): PathEntry {
  try {
    const reader = new Reader(bytes);
    const entry = readPathEntry(reader);
    reader.end();
    return entry;
  } catch (error) {
    throw new JournalFormatError(
      `${FILE} has a record of another version (${messageOf(error)}): use the program that wrote it`,
      { cause: error },
    );
  }
}
