import type { Body } from '#kernel/lane/body.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { passing, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { completeQuota, type QuotaBounds } from '#kernel/quota.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import { wholeNode } from '#kernel/tenants.ts';
import { mintVtid } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

/** That a program outside may have out: what waits for it is nothing that a lane of vTasks has to collect. */
const REQUESTS = 1_024;
// A session holds no memory of the node's lanes and computes nothing.
const UNBOUNDED: QuotaBounds = { defaultWeight: 1, tenant: wholeNode(Number.MAX_SAFE_INTEGER) };

/** A program outside, seen from the kernel: a vTask whose body is at the other end of a socket. */
export interface Session {
  readonly vtask: VTask;
  readonly host: Host;
  /** The program has gone: its vTask ends, and with it what it made. */
  close(): void;
}

/**
 * The vTasks whose programs run outside and speak POSIV over the control API. Those of a tenant share a lane of the node's
 * own, whose number is negative: within a lane nobody asks whose a vTask is.
 */
export class Sessions {
  readonly #kernel: Kernel;
  readonly #send: (lane: number, frame: NodeFrame) => void;
  readonly #numbers = new Map<string, number>();
  readonly #lanes = new Map<number, Lane>();

  constructor(kernel: Kernel, send: (lane: number, frame: NodeFrame) => void) {
    this.#kernel = kernel;
    this.#send = send;
  }

  /** Gives a frame to the sessions of a tenant. */
  receive(lane: number, frame: Frame): void {
    this.#lanes.get(lane)?.receive(frame);
  }

  /** Gives a frame to all sessions, or those of one tenant. */
  broadcast(frame: Frame, tenant?: string): void {
    for (const [whose, number] of this.#numbers)
      if (tenant === undefined || whose === tenant) this.#lanes.get(number)!.receive(frame);
  }

  close(reason: ExitReason): void {
    for (const lane of this.#lanes.values()) lane.close(reason);
  }

  open(tenant: string, grants: readonly string[]): Session {
    const kernel = this.#kernel;
    const number = this.#numberOf(tenant);
    const { components, table } = kernel;
    const vtask = table.add({
      vtid: mintVtid(components.peers, components.random),
      name: undefined,
      fencingToken: 0,
      tenant,
      image: 'session',
      program: '',
      cmd: [],
      environment: [],
      grants,
      quota: completeQuota({ ...DEFAULT_QUOTA, requests: REQUESTS }, UNBOUNDED) as Quota,
      creator: undefined,
      detached: true,
      restart: 'never',
      made: undefined,
      lane: number,
    });
    const { vtid, quota } = vtask;
    const host = this.#lanes
      .get(number)!
      .create({ vtid, image: '', cmd: [], environment: [], grants, quota });
    kernel.logs.open(vtid, tenant);
    kernel.schedule(vtask);
    return { vtask, host, close: () => host.task.end({ tag: 'exited', val: 0 }) };
  }

  #numberOf(tenant: string): number {
    const known = this.#numbers.get(tenant);
    if (known !== undefined) return known;
    const number = -1 - this.#numbers.size;
    const { clock } = this.#kernel.components;
    const send = (frame: Frame): void => this.#send(number, passing(frame));
    this.#numbers.set(tenant, number);
    const lane = new Lane({
      clock,
      alarm: NO_ALARM,
      send,
      flush() {},
      collect() {},
      load: () => OUTSIDE,
    });
    lane.receive({ tag: 'settings', val: this.#kernel.quotas.settingsOf(tenant) });
    this.#lanes.set(number, lane);
    return number;
  }
}

/** Its `run` goes on for as long as the program outside does. */
const OUTSIDE: Body = {
  run: () => new Promise(() => {}),
  handlers: undefined,
  memoryBytes: () => 0,
};
