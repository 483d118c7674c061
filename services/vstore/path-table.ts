import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { type PathRecord, readPathRecord, writePathRecord } from '#posiv-wit/generated/wire.ts';
import type { Logger } from './components.ts';
import { codeOf, messageOf } from './errors.ts';
import { type Journal, type JournalComponents, openJournal } from './journal.ts';
import { comparePaths } from './path.ts';

const FILE = 'paths.journal';
const WASTE = 4; // the journal is compacted when it has so many times as many records as there are paths,
const MIN_RECORDS = 10_000; // and no fewer than these: rewriting less is not worth a sync

/** The records of paths that this node has, in memory and in a journal. */
export class PathTable implements AsyncDisposable {
  readonly #records = new Map<string, PathRecord>();
  readonly #boundTo = new Map<string, number>(); // how many paths stand for a blob
  readonly #logger: Logger;
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
    });
    table.#order = [...table.#records.keys()].toSorted(comparePaths);
    const { cut } = table.#journal;
    if (cut > 0)
      logger.warn('a write to the journal of paths was never finished: cut off', { bytes: cut });
    return table;
  }

  /** Paths that stand for a blob, and those that are remembered as taken away. */
  get count(): number {
    return this.#records.size;
  }

  get(path: string): PathRecord | undefined {
    return this.#records.get(path);
  }

  all(): Iterable<PathRecord> {
    return this.#records.values();
  }

  isBound(blob: string): boolean {
    return this.#boundTo.has(blob);
  }

  /** Records whose paths begin with `prefix`, in order, beginning behind `after`. */
  *range(prefix: string, after: string | undefined): Generator<PathRecord> {
    const behind = after !== undefined && comparePaths(after, prefix) >= 0;
    let at = behind ? this.#position(after) : this.#position(prefix);
    if (behind && this.#order[at] === after) at++;
    for (; at < this.#order.length; at++) {
      const path = this.#order[at] ?? '';
      const record = this.#records.get(path);
      if (!path.startsWith(prefix)) return;
      if (record !== undefined) yield record;
    }
  }

  /**
   * Puts a record in place of what there is of its path, durably. One that says nothing more is forgotten.
   * @throws {full} {journal-broken}
   */
  async set(record: PathRecord): Promise<void> {
    const writer = new Writer();
    writePathRecord(writer, record);
    await this.#journal?.append(writer.take(), () => this.#apply(record, true));
    this.#compactIfWasteful();
  }

  /** Forgets a path without a trace, durably. */
  forget(path: string): Promise<void> {
    return this.set({ path, version: 0, stat: undefined, unsettled: [] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal?.[Symbol.asyncDispose]();
  }

  #apply(record: PathRecord, ordered: boolean): void {
    this.#written++;
    const { path, stat, unsettled } = record;
    const before = this.#records.get(path);
    this.#count(before?.stat?.blob, -1);
    this.#count(stat?.blob, 1);
    const remembered = stat !== undefined || unsettled.length > 0;
    if (remembered) this.#records.set(path, record);
    else this.#records.delete(path);
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
    if (this.#written < Math.max(MIN_RECORDS, WASTE * this.#records.size)) return;
    this.#written = this.#records.size;
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
    for (const record of this.#records.values()) {
      const writer = new Writer();
      writePathRecord(writer, record);
      yield writer.take();
    }
  }
}

function decode(bytes: Uint8Array): PathRecord {
  const reader = new Reader(bytes);
  const record = readPathRecord(reader);
  reader.end();
  return record;
}
