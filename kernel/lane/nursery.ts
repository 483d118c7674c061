import type { Clock } from '#kernel/clock.ts';
import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';
import type { Birth } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { Timer, Timers } from '#kernel/lane/timers.ts';
import type { CreateFrame, Frame, LeaseFrame } from '#posiv-wit/generated/wire.ts';

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
 * The vTasks that a lane makes by leases of its node. What becomes of them within a turn of the event loop is told at its
 * end, or before anything else is said: of one that comes and goes meanwhile the node hears once.
 */
export class Nursery {
  readonly #components: NurseryComponents;
  #births: Birth[] = [];

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
      vtid,
      cmd,
      state: 'created',
      cpuUs: 0,
      reason: undefined,
      announced: false,
    };
    if (this.#births.length === 0) this.#components.clock.soon(() => this.flush());
    this.#births.push(birth);
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
    if (this.#births.length === 0) return;
    const births = this.#births;
    this.#births = [];
    for (const birth of births) {
      const { vtid, cmd, state, cpuUs, reason } = birth;
      birth.announced = true;
      this.#components.send({ tag: 'born', val: { vtid, cmd, state, cpuUs, reason } });
    }
  }
}
