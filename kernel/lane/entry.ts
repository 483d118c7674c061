import type { Body } from '#kernel/lane/body.ts';
import type { Host } from '#kernel/lane/host.ts';
import type { LocalWatch } from '#kernel/lane/local-watches.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { ExitReason, State } from '#posiv-wit/generated/kernel.ts';
import type { CreateFrame } from '#posiv-wit/generated/wire.ts';

/** What a lane knows of one of its vTasks. */
export interface Entry {
  /** What it is made of, until it is started. */
  init: CreateFrame | undefined;
  readonly task: Task;
  readonly host: Host;
  /** Of a vTask that the lane has made by a lease. */
  readonly birth: Birth | undefined;
  /** What runs, once it is loaded. */
  body?: Body;
  /** The last one that it was in before its end. */
  state: State;
  /** In the directory of its cell, once others than its own lane have to do with it. */
  place?: number;
  /** Who of this lane waits for what becomes of it. */
  readonly watches: LocalWatch[];
  /** What the node was told last. */
  memory: number;
  mailbox: number;
  cpuUs: number;
  refused: number;
  /** Processor time that it had when its memory was looked at last. */
  usedMs: number;
}

/** What the node is to be told of a vTask that it does not know yet. */
export interface Birth {
  /** By which it was made. */
  readonly lease: number;
  readonly cmd: readonly string[];
  state: State;
  cpuUs: number;
  reason: ExitReason | undefined;
  /** The node has been told, and hears of every change from now on. */
  announced: boolean;
}
