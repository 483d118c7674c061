import type { Clock } from '#kernel/clock.ts';
import type { Entry } from '#kernel/lane/entry.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import type { VtidMap } from '#kernel/vtid-map.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

const EVERY_MS = 250;
// Of each turn of the event loop. Of ten thousand vTasks it takes some tens of milliseconds to look and to tell.
const TURN_MS = 1;

export interface UsageComponents {
  readonly clock: Clock;
  readonly entries: VtidMap<Entry>;
  readonly send: (frame: Frame) => void;
}

/** Tells the node what the vTasks of a lane hold and have used, now and then and at their end. */
export class Usage {
  readonly #components: UsageComponents;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(components: UsageComponents) {
    this.#components = components;
  }

  /** There are vTasks to tell of. */
  follow(): void {
    const { clock, entries } = this.#components;
    if (this.#closed) return;
    this.#cancel ??= clock.after(EVERY_MS, () => this.#reportAll(entries.values(), 0));
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Of all from this one on; those that have ended meanwhile have told themselves. */
  #reportAll(all: readonly Entry[], from: number): void {
    const { clock, entries } = this.#components;
    const until = clock.now() + TURN_MS;
    let at = from;
    for (; at < all.length && clock.now() <= until; at += 1)
      if (!all[at]!.task.ended) this.report(all[at]!);
    if (this.#closed) return;
    if (at < all.length) return clock.soon(() => this.#reportAll(all, at));
    this.#cancel = undefined;
    if (entries.size > 0) this.follow();
  }

  report(entry: Entry): void {
    const { task, host, birth } = entry;
    const isUnknown = birth !== undefined && !birth.announced;
    if (isUnknown && !task.ended) return; // the node could not place it
    const { refusals } = task.limits;
    const { usedMs } = host.runner.share;
    // Most have nothing to do, mostly, and hold what they held: an engine takes its time to say how large a memory is.
    const memory = usedMs > 0 && usedMs === entry.usedMs ? entry.memory : task.memoryBytes();
    const mailbox = task.intake.mailbox.bytes;
    const cpuUs = Math.round(usedMs * 1_000);
    entry.usedMs = usedMs;
    countGrowth(task.limits, entry.memory, memory);
    const refused = refusals.total;
    if (
      memory === entry.memory &&
      mailbox === entry.mailbox &&
      cpuUs === entry.cpuUs &&
      refused === entry.refused
    )
      return;
    entry.memory = memory;
    entry.mailbox = mailbox;
    entry.cpuUs = cpuUs;
    entry.refused = refused;
    if (isUnknown && refused === 0) {
      birth.cpuUs = cpuUs; // told with the rest of it
      return;
    }
    this.#components.send({
      tag: 'usage',
      val: { vtid: task.vtid, memory, mailbox, cpuUs, refusals: refusals.list() },
    });
  }
}

/** Where limits are counted, memory is let grow past its own; looked at when it is reported. */
function countGrowth(limits: Limits, before: number, now: number): void {
  const most = limits.quota.memoryPages * PAGE_BYTES;
  if (now > most && before <= most) limits.refuses('memory-pages');
}
