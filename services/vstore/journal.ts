import type { Disk, LogFile } from './disk/disk.ts';
import { codeOf, JournalBrokenError, messageOf, RefusedError } from './errors.ts';
import {
  bytesInBody,
  FRAME_TARGET_BYTES,
  HEADER_BYTES,
  makeFrame,
  makeHeader,
  MAX_RECORD_BYTES,
  readHeader,
} from './journal-frame.ts';
import { replayJournal } from './journal-replay.ts';

export interface JournalComponents {
  readonly disk: Disk;
  readonly random: { bytes(count: number): Uint8Array };
}

export interface JournalInit {
  readonly path: string;
  /** Is given each record that was acknowledged, in order, before the journal is open. */
  readonly replay: (record: Uint8Array) => void;
  /** What helps where it is damaged, for people; by default nothing but a copy does. */
  readonly ifDamaged?: string;
}

interface Pending {
  readonly record: Uint8Array;
  readonly apply: () => void;
  readonly done: PromiseWithResolvers<void>;
}

interface Compaction {
  readonly snapshot: () => Iterable<Uint8Array>;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Opens a journal, making it where there is none; the torn tail of a write that a crash interrupted is cut off.
 * @throws {journal-format} {journal-corrupt} {full}
 */
export async function openJournal(
  components: JournalComponents,
  init: JournalInit,
): Promise<Journal> {
  const { disk, random } = components;
  await disk.remove(successorOf(init.path));
  const log = await disk.openLog(init.path);
  try {
    // A header that is not whole was never acknowledged either.
    if (log.size() < HEADER_BYTES)
      return new Journal(disk, init.path, log, await begin(log, random), 0);
    const header = Buffer.alloc(HEADER_BYTES);
    await log.read(0, header);
    const salt = readHeader(init.path, header);
    const end = await replayJournal(init, log, salt);
    const cut = log.size() - end;
    if (cut > 0) {
      await log.truncate(end);
      await log.sync();
    }
    return new Journal(disk, init.path, log, salt, cut);
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** An append-only file of records. Those that wait at the same time become durable together, with one sync. */
export class Journal implements AsyncDisposable {
  /** Bytes of a torn tail that were cut off when it was opened. */
  readonly cut: number;
  readonly #disk: Disk;
  readonly #path: string;
  readonly #salt: number;
  #log: LogFile;
  #waiting: Pending[] = [];
  #compaction: Compaction | undefined;
  #work: Promise<void> | undefined;
  #broken: JournalBrokenError | undefined;

  /** Use `openJournal`. */
  constructor(disk: Disk, path: string, log: LogFile, salt: number, cut: number) {
    this.#disk = disk;
    this.#path = path;
    this.#log = log;
    this.#salt = salt;
    this.cut = cut;
  }

  /** In bytes. */
  get size(): number {
    return this.#log.size();
  }

  /**
   * Resolves once the record is durable. `apply` is called just before, in the order of the file: what it changes is what
   * the next compaction has to give.
   * @throws {refused} {full} {journal-broken} and then the record is not in the journal
   */
  append(record: Uint8Array, apply: () => void): Promise<void> {
    if (record.length > MAX_RECORD_BYTES) {
      const what = `a record of ${record.length} bytes: a journal takes ${MAX_RECORD_BYTES}`;
      return Promise.reject(new RefusedError(what));
    }
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ record, apply, done });
    this.#start();
    return done.promise;
  }

  /** Replaces all records by those of `snapshot`, which is asked between two writes. */
  compact(snapshot: () => Iterable<Uint8Array>): Promise<void> {
    this.#compaction ??= { snapshot, done: Promise.withResolvers<void>() };
    const { promise } = this.#compaction.done;
    this.#start();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work;
    this.#broken ??= new JournalBrokenError(`journal ${this.#path} is closed`);
    await this.#log.close();
  }

  #start(): void {
    this.#work ??= this.#run();
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // whatever is appended in the same turn shares the sync
    while (this.#waiting.length > 0 || this.#compaction !== undefined) {
      if (this.#waiting.length > 0) await this.#commit(this.#takeBatch());
      const compaction = this.#compaction;
      if (compaction !== undefined) {
        this.#compaction = undefined;
        await this.#rewrite(compaction.snapshot).then(
          compaction.done.resolve,
          compaction.done.reject,
        );
      }
    }
    this.#work = undefined; // in the turn in which nothing was left
  }

  #takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      if (count > 0 && bytes > FRAME_TARGET_BYTES) break;
      bytes += bytesInBody(record);
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    try {
      if (this.#broken !== undefined) throw this.#broken;
      await this.#write(
        makeFrame(
          this.#salt,
          batch.map(({ record }) => record),
        ),
      );
    } catch (error) {
      for (const { done } of batch) done.reject(error);
      return;
    }
    for (const { apply, done } of batch) {
      apply();
      done.resolve();
    }
  }

  async #write(frame: Uint8Array): Promise<void> {
    const before = this.#log.size();
    try {
      await this.#log.append(frame);
      await this.#log.sync();
    } catch (error) {
      // After any other failure nobody knows what a later sync would vouch for.
      if (codeOf(error) !== 'full') throw this.#break(error);
      try {
        await this.#log.truncate(before);
        await this.#log.sync();
      } catch (second) {
        throw this.#break(second);
      }
      throw error;
    }
  }

  async #rewrite(snapshot: () => Iterable<Uint8Array>): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const successor = successorOf(this.#path);
    let log: LogFile | undefined;
    try {
      log = await this.#disk.openLog(successor);
      await log.append(makeHeader(this.#salt));
      for (const frame of framesOf(this.#salt, snapshot())) await log.append(frame);
      await log.sync();
    } catch (error) {
      await log?.close();
      await this.#disk.remove(successor);
      throw error;
    }
    try {
      await log.close();
      await this.#log.close();
      await this.#disk.rename(successor, this.#path);
      this.#log = await this.#disk.openLog(this.#path);
    } catch (error) {
      throw this.#break(error);
    }
  }

  #break(cause: unknown): JournalBrokenError {
    this.#broken ??= new JournalBrokenError(
      `journal ${this.#path} cannot be written (${messageOf(cause)}): see to the disk, then restart the node`,
      { cause },
    );
    return this.#broken;
  }
}

function successorOf(path: string): string {
  return `${path}.new`;
}

async function begin(log: LogFile, random: JournalComponents['random']): Promise<number> {
  const salt = Buffer.from(random.bytes(4)).readUInt32LE(0);
  await log.truncate(0);
  await log.append(makeHeader(salt));
  await log.sync();
  return salt;
}

function* framesOf(salt: number, records: Iterable<Uint8Array>): Generator<Buffer> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const record of records) {
    batch.push(record);
    bytes += bytesInBody(record);
    if (bytes <= FRAME_TARGET_BYTES) continue;
    yield makeFrame(salt, batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield makeFrame(salt, batch);
}
