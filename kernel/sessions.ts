import type { Body } from '#kernel/lane/body.ts';
import { Lane, type Host } from '#kernel/lane/lane.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { TENANT } from '#kernel/peer-frames.ts';
import { completeQuota } from '#kernel/quota.ts';
import { SESSIONS } from '#kernel/router.ts';
import { mintVtid } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { Quota } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

/** A program outside, seen from the kernel: a vTask whose body is at the other end of a socket. */
export interface Session {
  readonly vtask: VTask;
  readonly host: Host;
  /** The program has gone: its vTask ends, and with it what it made. */
  close(): void;
}

/** The vTasks whose programs run outside and speak POSIV over the control API. They share a lane of the node's own. */
export class Sessions {
  readonly lane: Lane;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, send: (frame: Frame) => void) {
    this.#kernel = kernel;
    const { clock } = kernel.components;
    this.lane = new Lane({ clock, send, load: () => Promise.resolve(OUTSIDE) });
  }

  open(grants: readonly string[]): Session {
    const kernel = this.#kernel;
    const { components, self, table } = kernel;
    const vtask = table.add({
      vtid: mintVtid(self, components.random),
      name: undefined,
      fencingToken: 0,
      tenant: TENANT,
      image: 'session',
      program: '',
      cmd: [],
      environment: [],
      grants,
      quota: completeQuota({ memoryPages: 0, mailboxBytes: 0 }) as Quota,
      creator: undefined,
      detached: true,
      lane: SESSIONS,
    });
    const { vtid, quota } = vtask;
    const host = this.lane.create({ vtid, image: '', cmd: [], environment: [], grants, quota });
    kernel.logs.open(vtid);
    kernel.schedule(vtask);
    return { vtask, host, close: () => host.task.end({ tag: 'exited', val: 0 }) };
  }
}

/** Its `run` goes on for as long as the program outside does. */
const OUTSIDE: Body = {
  run: () => new Promise(() => {}),
  handlers: undefined,
  memoryBytes: () => 0,
};
