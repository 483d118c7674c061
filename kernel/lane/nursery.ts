import type { Clock } from '#kernel/clock.ts';
import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';
import type { Birth } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { Timer, Timers } from '#kernel/lane/timers.ts';
import type { BornFrame, CreateFrame, Frame, LeaseFrame } from '#posiv-wit/generated/wire.ts';

/** Of those that are told of by one frame: each may have a cmd of 64 KiB, and a batch that is believed has 6 MiB. */
const TOLD_AT_ONCE = 64;

/** The right of one vTask to have its lane make some more. */
export interface Lease {
  readonly frame: LeaseFrame;
  /** How many vTasks have been made by it. */
  used: number;
  readonly expiry: Timer;
}

export interface NurseryComponents {
  readonly clock: Clock;
  readonly timers: Timers;
  /** The vTask, if it is on this lane. */
  readonly find: (vtid: string) => Task | undefined;
  readonly send: (frame: Frame) => void;
  /** Makes a vTask on this lane. */
  readonly create: (init: CreateFrame, birth: Birth) => void;
}

/**
 * The vTasks that a lane makes by leases of its node. What becomes of them is told at the end of the turn of the event loop after
 * theirs, or before anything else is said: of one that has come and gone by then the node hears once. (At the end of their own
 * turn those that wait for others to run would have to be told of one by one, whenever many are made at once.)
 */
export class Nursery {
  readonly #components: NurseryComponents;
  #births: Birth[] = [];
  /** How many of them were made before the last turn was over. */
  #older = 0;
  #waits = false;

  constructor(components: NurseryComponents) {
    this.#components = components;
  }

  /** One at most for each creator. */
  lease(frame: LeaseFrame): void {
    const { find, timers, send } = this.#components;
    const creator = find(frame.creator);
    if (!creator) return send({ tag: 'lease-over', val: { id: frame.id } });
    this.close(creator);
    const expiry = timers.after(frame.validMs, () => this.close(creator));
    creator.lease = { frame, used: 0, expiry };
  }

  /** Makes a vTask as its creator asks; undefined where the node is to be asked. */
  make(creator: Task, path: string, cmd: readonly string[]): string | undefined {
    const { lease } = creator;
    if (lease?.frame.path !== path || bytesOf(cmd) > MAX_CMD_BYTES) return undefined;
    const { image, grants, quota, vtids } = lease.frame;
    const vtid = vtids[lease.used++]!;
    if (lease.used === vtids.length) this.close(creator);
    const birth: Birth = {
      lease: lease.frame.id,
      cmd,
      state: 'created',
      cpuUs: 0,
      reason: undefined,
      announced: false,
    };
    this.#births.push(birth);
    this.#waitForEnd();
    this.#components.create({ vtid, image, cmd, environment: [], grants, quota }, birth);
    return vtid;
  }

  /** A vTask makes no more by its lease, if it has one. */
  close(creator: Task): void {
    const { lease } = creator;
    if (!lease) return;
    creator.lease = undefined;
    const { timers, send } = this.#components;
    timers.cancel(lease.expiry);
    const { id, vtids } = lease.frame;
    if (lease.used === vtids.length) return; // the node knows, once all of them are announced
    this.flush(); // what was made by it
    send({ tag: 'lease-over', val: { id } });
  }

  /** Tells the node of those that it does not know yet. */
  flush(): void {
    if (this.#births.length > 0) this.#tell(this.#births.length);
  }

  #waitForEnd(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#components.clock.soon(() => this.#endTurn());
  }

  /** In the order of their vtids: who waits behind those that live waits with them. */
  #endTurn(): void {
    this.#waits = false;
    let count = this.#older;
    while (this.#births[count]?.reason) count += 1;
    this.#tell(count);
    this.#older = this.#births.length;
    if (this.#older > 0) this.#waitForEnd();
  }

  #tell(count: number): void {
    const births = this.#births.slice(0, count);
    this.#births = this.#births.slice(count);
    this.#older = 0;
    for (const birth of births) birth.announced = true;
    for (let at = 0; at < births.length;) {
      const frame = firstOf(births, at);
      at += frame.births.length;
      this.#components.send({ tag: 'born', val: frame });
    }
  }
}

/** Those from there on that were made by one lease. */
function firstOf(births: readonly Birth[], from: number): BornFrame {
  const { lease } = births[from]!;
  let end = from + 1;
  while (end < births.length && end - from < TOLD_AT_ONCE && births[end]!.lease === lease) end += 1;
  return { lease, births: births.slice(from, end) };
}
