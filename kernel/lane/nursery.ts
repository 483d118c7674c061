import type { Clock } from '#kernel/clock.ts';
import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';
import type { Birth } from '#kernel/lane/entry.ts';
import type { Timer, Timers } from '#kernel/lane/timers.ts';
import type { CreateFrame, Frame, LeaseFrame } from '#posiv-wit/generated/wire.ts';

interface Lease {
  readonly frame: LeaseFrame;
  /** How many vTasks have been made by it. */
  used: number;
  readonly expiry: Timer;
}

export interface NurseryComponents {
  readonly clock: Clock;
  readonly timers: Timers;
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
  /** One at most for each creator. */
  readonly #leases = new Map<string, Lease>();
  #births: Birth[] = [];

  constructor(components: NurseryComponents) {
    this.#components = components;
  }

  lease(frame: LeaseFrame): void {
    this.#close(frame.creator);
    const expiry = this.#components.timers.after(frame.validMs, () => this.#close(frame.creator));
    this.#leases.set(frame.creator, { frame, used: 0, expiry });
  }

  /** Makes a vTask as its creator asks; undefined where the node is to be asked. */
  make(creator: string, path: string, cmd: readonly string[]): string | undefined {
    const lease = this.#leases.get(creator);
    if (lease?.frame.path !== path || bytesOf(cmd) > MAX_CMD_BYTES) return undefined;
    const { image, grants, quota, vtids } = lease.frame;
    const vtid = vtids[lease.used++]!;
    if (lease.used === vtids.length) this.#close(creator);
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

  /** A vTask has ended: it makes no more. */
  ended(vtid: string): void {
    if (this.#leases.size > 0) this.#close(vtid);
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

  #close(creator: string): void {
    const lease = this.#leases.get(creator);
    if (!lease) return;
    this.#leases.delete(creator);
    const { timers, send } = this.#components;
    timers.cancel(lease.expiry);
    const { id, vtids } = lease.frame;
    if (lease.used === vtids.length) return; // the node knows, once all of them are announced
    this.flush(); // what was made by it
    send({ tag: 'lease-over', val: { id } });
  }
}
