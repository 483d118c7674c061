import type { Clock } from '#kernel/clock.ts';
import type { LogWriter } from '#kernel/lane/log-writer.ts';
import type { Task } from '#kernel/lane/task.ts';
import type { Runner } from '#kernel/scheduler/runner.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { IpcCalls } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable } from '#posiv-wit/result.ts';

/** What the lane gives to a body: the calls that it may make, and where its output goes. */
export interface Host {
  readonly task: Task;
  readonly ipc: IpcCalls;
  readonly log: LogWriter;
  readonly clock: Clock;
  /** When its code may run. */
  readonly runner: Runner;
  /** Asks the node to carry out a call of any other interface. */
  call(descriptor: FunctionDescriptor, params: readonly unknown[]): Awaitable<unknown>;
}
