import { Dispatcher } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { logCalls } from '#kernel/log-calls.ts';
import type { Session } from '#kernel/sessions.ts';
import { vtaskCalls } from '#kernel/vtask-calls.ts';
import type { LogCalls, VtaskCalls } from '#posiv-wit/generated/kernel.ts';

/** All that a session may call: what a lane carries out for its vTasks is carried out here, the rest by the node. */
export function sessionCalls(kernel: Kernel, { vtask, host }: Session): Dispatcher {
  const calls = new Dispatcher(kernel.dispatcher);
  calls.provide('posiv:kernel/ipc@0.1.0', () => host.ipc);
  calls.provide('posiv:kernel/vtask@0.1.0', (caller): VtaskCalls => ({
    ...vtaskCalls(kernel, caller),
    self: () => vtask.vtid,
    exit: (status) => host.task.end({ tag: 'exited', val: status }),
  }));
  calls.provide('posiv:kernel/log@0.1.0', (caller): LogCalls => ({
    ...logCalls(kernel, caller),
    write: (channel, text) => host.log.write(channel, text),
  }));
  return calls;
}
