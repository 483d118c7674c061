import type { Clock } from '#kernel/clock.ts';
import type { LimitMode } from '#kernel/lane/limits.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { Timers } from '#kernel/lane/timers.ts';
import type { Runner } from '#kernel/scheduler/runner.ts';
import type { ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

/** What all vTasks of a lane have in common. */
export interface TaskComponents {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Sends a frame on its way to the vTask that it is for. */
  readonly route: (frame: Frame) => void;
  /** A vTask of the same lane. */
  readonly neighbour: (vtid: string) => Task | undefined;
  /** Whether what is sent to another lane by a credit would overtake nothing. */
  readonly isOpen: (task: Task, target: string, straight: boolean) => boolean;
  /** Asks for a turn: the lane will call `step`. */
  readonly ready: (task: Task) => void;
  /** Told once, when the vTask has ended. */
  readonly ended: (task: Task, reason: ExitReason) => void;
}

export interface TaskInit {
  readonly vtid: string;
  readonly quota: Quota;
  readonly mode: LimitMode;
  /** When its code may run. */
  readonly runner: Runner;
}
