import { atBirth } from '#kernel/ask-node.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { LogCalls } from '#posiv-wit/generated/kernel.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** The part of `posiv:kernel/log` that a node carries out; `write` is the lane's. */
export function logCalls(kernel: Kernel, caller: Caller): Omit<LogCalls, 'write'> {
  return {
    read(vtid, number, timeoutMs) {
      const params = [vtid, number, timeoutMs];
      const question = { name: 'posiv:kernel/log@0.1.0#read', params, caller };
      return atBirth(kernel, vtid, question, async () => {
        if (kernel.table.isBrief(vtid)) return ok({ entries: [], next: number, ended: true });
        const page = await kernel.logs.read(vtid, number, timeoutMs);
        return page ? ok(page) : err({ tag: 'no-such-task' });
      });
    },
  };
}
