import type { Clock } from '#kernel/clock.ts';
import { MAX_WRITE_BYTES, WINDOW_BYTES, windowOf } from '#kernel/lane/log-writer.ts';
import { PackedLog } from '#kernel/packed-log.ts';
import type { Channel, Entry, Page } from '#posiv-wit/generated/kernel.ts';

const KEPT_BYTES = 256 << 10; // of each vTask
const TENANT_BYTES = 64 << 20; // of those of a tenant that live: past it, each has its part of this
const LEAST_BYTES = 1 << 10; // however many they are
const CREDIT_BYTES = WINDOW_BYTES / 4; // is given back at once: less than what a writer that is held back waits for
const ENDED_BYTES = 32 << 20; // of all that have ended together
const PAGE_BYTES = 64 << 10;
const ENTRY_BYTES = 32; // what an empty entry takes in a page
// A reader that has not asked for so long does not follow any more.
const FOLLOWS_MS = 5_000;

interface Waiter {
  readonly wake: () => void;
}

/** The logs of the vTasks of a tenant that live, and have said something. */
interface TenantLogs {
  /** The one that was looked at last is the last. */
  readonly logs: Set<Log>;
  bytes: number;
}

/**
 * The log of one vTask: the last entries, in order. While a reader follows, nothing that it has not seen is dropped, unless its tenant's logs are too many;
 * the credit for it is given back to the writer only once it has been read.
 */
class Log {
  readonly tenant: string;
  readonly entries = new PackedLog();
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

  constructor(tenant: string) {
    this.tenant = tenant;
  }
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
  readonly #tenants = new Map<string, TenantLogs>();
  /** Those that have ended, the first to end first. */
  readonly #ended = new Set<string>();
  #endedBytes = 0;

  constructor(components: LogBookComponents) {
    this.#components = components;
  }

  open(vtid: string, tenant: string): void {
    this.#logs.set(vtid, new Log(tenant));
  }

  /** Forgets what a vTask that has ended said. */
  forget(vtid: string): void {
    const log = this.#logs.get(vtid);
    if (!log?.ended) return;
    this.#logs.delete(vtid);
    this.#endedBytes -= log.entries.bytes;
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
    this.#take(vtid, channel, bytes, (log) => this.#drop(log, KEPT_BYTES, log.entries.next - 1));
  }

  end(vtid: string): void {
    const log = this.#logs.get(vtid);
    if (!log || log.ended) return;
    log.ended = true;
    this.#ended.add(vtid);
    this.#endedBytes += log.entries.bytes;
    this.#left(log);
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
    if (number >= log.entries.next && !log.ended && timeoutMs > 0) await this.#wait(log, timeoutMs);
    log.followedUntil = clock.now() + FOLLOWS_MS;
    return pageOf(log, number);
  }

  /** Adds a copy of what is said, makes room for it as its kind is to, and wakes who waits for it. */
  #take(vtid: string, channel: Channel, bytes: Uint8Array, settle: (log: Log) => void): void {
    const log = this.#logs.get(vtid);
    if (!log || log.ended || bytes.byteLength === 0) return;
    const all = this.#allOf(log);
    const { entries } = log;
    const before = entries.bytes;
    entries.add(this.#components.clock.wallTime(), channel, bytes, mostOf(all));
    all.bytes += entries.bytes - before;
    this.#share(all, log);
    settle(log);
    for (const { wake } of log.waiters ?? []) wake();
  }

  /** Those that one is among, now that it says something. */
  #allOf(log: Log): TenantLogs {
    let all = this.#tenants.get(log.tenant);
    if (!all) this.#tenants.set(log.tenant, (all = { logs: new Set(), bytes: 0 }));
    all.logs.add(log);
    return all;
  }

  /** Where they hold too much, the one that says something and one that was not looked at for the longest time keep their part. */
  #share(all: TenantLogs, log: Log): void {
    if (all.bytes <= TENANT_BYTES) return;
    const most = mostOf(all);
    const [next] = all.logs;
    for (const each of [log, next!]) {
      this.#drop(each, most, Infinity);
      all.logs.delete(each);
      all.logs.add(each);
    }
  }

  /** Drops what is more than that, but nothing from a number on. */
  #drop(log: Log, most: number, below: number): void {
    const before = log.entries.bytes;
    log.entries.drop(most, below);
    const all = this.#tenants.get(log.tenant);
    if (all) all.bytes -= before - log.entries.bytes;
  }

  /** It is not one of those that live any more. */
  #left(log: Log): void {
    const all = this.#tenants.get(log.tenant);
    if (!all?.logs.delete(log)) return;
    all.bytes -= log.entries.bytes;
    if (all.logs.size === 0) this.#tenants.delete(log.tenant);
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
    const { entries } = log;
    if (!log.ended)
      this.#drop(log, KEPT_BYTES, Math.min(entries.next - 1, followed ? log.readTo : Infinity));
    if (log.owed < CREDIT_BYTES) return;
    if (followed && entries.bytes > KEPT_BYTES) {
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

/** How much each of them keeps. */
function mostOf({ logs, bytes }: TenantLogs): number {
  if (bytes <= TENANT_BYTES) return KEPT_BYTES;
  return Math.max(LEAST_BYTES, Math.min(KEPT_BYTES, Math.floor(TENANT_BYTES / logs.size)));
}

function pageOf({ entries, ended }: Log, number: number): Page {
  const page: Entry[] = [];
  let bytes = 0;
  let next = Math.max(number, entries.first);
  for (const entry of entries.from(next)) {
    if (bytes >= PAGE_BYTES) break;
    page.push(entry);
    bytes += entry.text.byteLength + ENTRY_BYTES;
    next += 1;
  }
  return { entries: page, next, ended: ended && next >= entries.next };
}
