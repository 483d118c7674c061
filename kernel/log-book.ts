import type { Clock } from '#kernel/clock.ts';
import { MAX_WRITE_BYTES, WINDOW_BYTES, windowOf } from '#kernel/lane/log-writer.ts';
import type { Channel, Entry, Page } from '#posiv-wit/generated/kernel.ts';

const KEPT_BYTES = 256 << 10; // of each vTask
const ROOM_BYTES = 16 << 10; // that is made at a time: what stays is moved each time
const CREDIT_BYTES = WINDOW_BYTES / 4; // is given back at once: less than what a writer that is held back waits for
const ENDED_BYTES = 32 << 20; // of all that have ended together
const PAGE_BYTES = 64 << 10;
const ENTRY_BYTES = 32; // what an empty entry costs
// A reader that has not asked for so long does not follow any more.
const FOLLOWS_MS = 5_000;

interface Waiter {
  readonly wake: () => void;
}

/**
 * The log of one vTask: the last entries, in order. While a reader follows, nothing that it has not seen is dropped;
 * the credit for it is given back to the writer only once it has been read.
 */
class Log {
  readonly entries: Entry[] = [];
  first = 0;
  bytes = 0;
  ended = false;
  /** Of the writer's window, what has not been given back. */
  owed = 0;
  /** The number that the following reader will ask for next. */
  readTo = 0;
  followedUntil = Number.NEGATIVE_INFINITY;
  /** Set while the writer is held back: the reader may have gone without a word. */
  cancelRelease: (() => void) | undefined;
  /** None for most: nobody follows them. */
  waiters: Set<Waiter> | undefined;
}

export interface LogBookComponents {
  readonly clock: Clock;
  /** Gives so much of its window back to a writer. */
  readonly credit: (vtid: string, window: number) => void;
}

/** What the vTasks of a node have said. */
export class LogBook {
  readonly #components: LogBookComponents;
  readonly #logs = new Map<string, Log>();
  /** Those that have ended, the first to end first. */
  readonly #ended = new Set<string>();
  #endedBytes = 0;

  constructor(components: LogBookComponents) {
    this.#components = components;
  }

  open(vtid: string): void {
    this.#logs.set(vtid, new Log());
  }

  /** Forgets what a vTask that has ended said. */
  forget(vtid: string): void {
    const log = this.#logs.get(vtid);
    if (!log?.ended) return;
    this.#logs.delete(vtid);
    this.#endedBytes -= log.bytes;
    this.#ended.delete(vtid);
  }

  /** Whether a writer who says so much more would go past what it may before its credit comes. */
  exceeds(vtid: string, bytes: number): boolean {
    const owed = this.#logs.get(vtid)?.owed ?? 0;
    return owed + windowOf(bytes) > WINDOW_BYTES + windowOf(MAX_WRITE_BYTES);
  }

  /** Takes a copy of what a vTask says: what came with it is not kept. */
  write(vtid: string, channel: Channel, bytes: Uint8Array): void {
    this.#take(vtid, channel, bytes, (log) => {
      log.owed += windowOf(bytes.byteLength);
      this.#settle(vtid, log);
    });
  }

  /**
   * What a service says for a vTask. Nobody is held back by who reads: the oldest entries go when there is no room, whether
   * they were read or not.
   */
  say(vtid: string, channel: Channel, bytes: Uint8Array): void {
    this.#take(vtid, channel, bytes, (log) => {
      if (log.bytes > KEPT_BYTES) drop(log, Infinity);
    });
  }

  end(vtid: string): void {
    const log = this.#logs.get(vtid);
    if (!log || log.ended) return;
    log.ended = true;
    this.#ended.add(vtid);
    this.#endedBytes += log.bytes;
    for (const oldest of this.#ended) {
      if (this.#endedBytes <= ENDED_BYTES) break;
      this.forget(oldest);
    }
    for (const { wake } of log.waiters ?? []) wake();
  }

  /** A page from `number` on; waits for its first entry. Undefined for a vTask that has no log here. */
  async read(vtid: string, number: number, timeoutMs: number): Promise<Page | undefined> {
    const log = this.#logs.get(vtid);
    if (!log) return undefined;
    const { clock } = this.#components;
    log.readTo = Math.max(log.readTo, number);
    log.followedUntil = clock.now() + timeoutMs + FOLLOWS_MS;
    this.#settle(vtid, log);
    if (number >= log.first + log.entries.length && !log.ended && timeoutMs > 0)
      await this.#wait(log, timeoutMs);
    log.followedUntil = clock.now() + FOLLOWS_MS;
    return pageOf(log, number);
  }

  /** Adds an entry, makes room for it as its kind is to, and wakes who waits for it. */
  #take(vtid: string, channel: Channel, bytes: Uint8Array, settle: (log: Log) => void): void {
    const log = this.#logs.get(vtid);
    if (!log || log.ended || bytes.byteLength === 0) return;
    const text = bytes.slice();
    const number = log.first + log.entries.length;
    log.entries.push({ number, timeMs: this.#components.clock.wallTime(), channel, text });
    log.bytes += text.byteLength + ENTRY_BYTES;
    settle(log);
    for (const { wake } of log.waiters ?? []) wake();
  }

  #wait(log: Log, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        log.waiters?.delete(waiter);
        resolve();
      };
      const waiter = { wake };
      const cancel = this.#components.clock.after(timeoutMs, wake);
      (log.waiters ??= new Set()).add(waiter);
    });
  }

  /** Drops what may be dropped, and lets the writer go on where there is room. */
  #settle(vtid: string, log: Log): void {
    const followed = log.followedUntil >= this.#components.clock.now();
    if (!log.ended && log.bytes > KEPT_BYTES) drop(log, followed ? log.readTo : Infinity);
    if (log.owed < CREDIT_BYTES) return;
    if (followed && log.bytes > KEPT_BYTES) {
      log.cancelRelease ??= this.#components.clock.after(FOLLOWS_MS, () => {
        log.cancelRelease = undefined;
        this.#settle(vtid, log);
      });
      return;
    }
    log.cancelRelease?.();
    log.cancelRelease = undefined;
    this.#components.credit(vtid, log.owed);
    log.owed = 0;
  }
}

/** Drops the oldest entries below a number, but for the last of all, as many at once as leave room for others. */
function drop(log: Log, below: number): void {
  const most = Math.min(log.entries.length - 1, below - log.first);
  let count = 0;
  for (; count < most && log.bytes > KEPT_BYTES - ROOM_BYTES; count += 1)
    log.bytes -= log.entries[count]!.text.byteLength + ENTRY_BYTES;
  log.entries.splice(0, count);
  log.first += count;
}

function pageOf(log: Log, number: number): Page {
  const entries: Entry[] = [];
  let bytes = 0;
  let next = Math.max(number, log.first);
  for (let at = next - log.first; at < log.entries.length && bytes < PAGE_BYTES; at += 1) {
    const entry = log.entries[at]!;
    entries.push(entry);
    bytes += entry.text.byteLength + ENTRY_BYTES;
    next += 1;
  }
  return { entries, next, ended: log.ended && next >= log.first + log.entries.length };
}
