import type { Clock } from '#kernel/clock.ts';
import { keyOf, type DurableEntry } from '#kernel/durable-list.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Logger } from '#kernel/logger.ts';
import { delayAfter, MOST_RESTARTS, RestartTimes, WITHIN_MS } from '#kernel/restart-times.ts';
import type { Creation } from '#kernel/spawner.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { ErrorCode, ExitReason, Restart } from '#posiv-wit/generated/kernel.ts';
import { err, type Result } from '#posiv-wit/result.ts';

export interface RestartsComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: VTaskTable;
  /** Resolves once nothing of one that has ended has effect any more. */
  readonly confirmed: (vtid: string) => Promise<void>;
  /** The token of the record of one that has ended; undefined if that is another's by now. @throws {unreachable} */
  readonly token: (vtask: VTask) => Promise<number | undefined>;
  /** Makes and starts one on this node. */
  readonly start: (creation: Creation) => Promise<Result<string, ErrorCode>>;
  /** Whether it is to be made again on another node; then that has been set in motion. */
  readonly handOver: (vtask: VTask, restarts: number) => boolean;
  /** Ends one that should not have been made again. */
  readonly end: (vtid: string) => void;
  /** Nothing more is done for one that has ended. */
  readonly over: (vtask: VTask) => void;
  /** How often one has been made again of late is less than it was. */
  readonly calmed: (entry: DurableEntry) => void;
}

/** One that has ended, and what calls it off to make it again. */
interface Waiting {
  readonly vtask: VTask;
  readonly cancel: () => void;
}

/** Makes vTasks again that have ended, as they were made to be: each time a little later, and not without end. */
export class Restarts {
  readonly #components: RestartsComponents;
  readonly #times: RestartTimes;
  /** By the vtids of those that have ended; until one stands in for each, or none is to. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #calming = new Map<string, () => void>();
  #closed = false;

  constructor(components: RestartsComponents) {
    this.#components = components;
    this.#times = new RestartTimes(components.clock);
  }

  /** A vTask has ended. Whether it is to be made again. */
  ended(vtask: VTask): boolean {
    const { made, restart, reason } = vtask;
    if (!made || !reason || !isDue(restart, reason)) return false;
    return this.#again(vtask);
  }

  /** One that has come from another node has been made again so often of late. */
  take({ tenant, name, restarts }: DurableEntry): void {
    this.#times.take(keyOf(tenant, name), restarts);
    if (restarts > 0) this.#calmLater(tenant, name);
  }

  /** How often it was made again of late. */
  count(tenant: string, name: string): number {
    return this.#times.count(keyOf(tenant, name));
  }

  /** It is not to be made again. */
  cancel(vtid: string): void {
    this.#waiting.get(vtid)?.cancel();
    this.#waiting.delete(vtid);
  }

  /** The creators of those that are to be made again. */
  get creators(): Set<string> {
    return new Set([...this.#waiting.values()].map(({ vtask }) => vtask.creator!));
  }

  /** A vTask of another node has ended: what ends with it is not made again, even if that has begun. */
  creatorEnded(creator: string): void {
    for (const { vtask, cancel } of this.#waiting.values()) {
      if (vtask.detached || vtask.creator !== creator) continue;
      cancel();
      this.#over(vtask);
    }
  }

  /** None is made again any more. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    for (const cancel of this.#calming.values()) cancel();
    this.#waiting.clear();
    this.#calming.clear();
  }

  #again(vtask: VTask): boolean {
    if (this.#closed) return false;
    const { clock, logger } = this.#components;
    const { vtid, tenant, name } = vtask;
    const key = keyOf(tenant, name!);
    const times = this.#times.count(key);
    if (times >= MOST_RESTARTS) {
      this.#times.forget(key);
      logger.warn('a vTask is not made again: it ended too often', { name, times });
      return false;
    }
    this.#times.note(key);
    const cancel = clock.after(delayAfter(times), () => void this.#restart(vtask, times + 1));
    this.#waiting.set(vtid, { vtask, cancel });
    return true;
  }

  async #restart(vtask: VTask, restarts: number): Promise<void> {
    const { logger, end } = this.#components;
    const { vtid, tenant, name } = vtask;
    if (this.#isOrphan(vtask)) return this.#over(vtask);
    if (this.#components.handOver(vtask, restarts)) {
      this.#waiting.delete(vtid);
      return;
    }
    const done = await this.#start(vtask, restarts);
    if (!this.#waiting.has(vtid)) {
      if (done?.ok) end(done.value); // it was killed meanwhile, or its creator has ended
      return;
    }
    const isOrphan = this.#isOrphan(vtask);
    if (isOrphan && done?.ok) end(done.value);
    if (isOrphan || done === undefined) return this.#over(vtask);
    if (done.ok) {
      this.#calmLater(tenant, name!);
      logger.info('a vTask was made again', { name, vtid: done.value });
      return this.#over(vtask);
    }
    const { error } = done;
    logger.warn('a vTask could not be made again', { name, error });
    // Somebody else may have its name by now, or the image is gone; anything else may pass.
    const isFinal = error.tag === 'refused' || error.tag === 'no-such-task';
    if (isFinal || !this.#again(vtask)) this.#over(vtask);
  }

  /** Whether its creator was of this node and has ended. Of others' ends this node is told. */
  #isOrphan({ creator, detached }: VTask): boolean {
    const parent = this.#components.table.get(creator!);
    return !detached && parent !== undefined && hasEnded(parent.state);
  }

  async #start(vtask: VTask, restarts: number): Promise<Result<string, ErrorCode> | undefined> {
    const { tenant, name, creator, image, cmd, grants, made } = vtask;
    try {
      await this.#components.confirmed(vtask.vtid);
      const fencingToken = await this.#components.token(vtask);
      if (fencingToken === undefined) return undefined;
      const renews = { fencingToken, restarts };
      const options = made!;
      const creation = { creator: creator!, tenant, name, image, cmd, grants, options, renews };
      return await this.#components.start(creation);
    } catch (error) {
      return err({ tag: 'unreachable', val: (error as Error).message });
    }
  }

  #over(vtask: VTask): void {
    this.#waiting.delete(vtask.vtid);
    this.#components.over(vtask);
  }

  /** What was counted of it counts no more once it has gone on for long enough. */
  #calmLater(tenant: string, name: string): void {
    if (this.#closed) return;
    const key = keyOf(tenant, name);
    this.#calming.get(key)?.();
    const { clock, calmed } = this.#components;
    const cancel = clock.after(WITHIN_MS, () => {
      this.#calming.delete(key);
      calmed({ tenant, name, restarts: this.#times.count(key) });
    });
    this.#calming.set(key, cancel);
  }
}

function isDue(restart: Restart, reason: ExitReason): boolean {
  if (restart === 'never') return false;
  switch (reason.tag) {
    case 'killed':
    case 'creator-ended':
    case 'node-lost':
      return false;
    case 'exited':
      return restart === 'always' || reason.val !== 0;
    default:
      return true;
  }
}
