import { absence } from '#kernel/absence.ts';
import { askBirthNode } from '#kernel/ask-node.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { LogCalls } from '#posiv-wit/generated/kernel.ts';
import { err, ok } from '#posiv-wit/result.ts';

/** The part of `posiv:kernel/log` that a node carries out; `write` is the lane's. */
export function logCalls(kernel: Kernel, caller: Caller): Omit<LogCalls, 'write'> {
  return {
    async read(vtid, number, timeoutMs) {
      const node = birthNode(vtid);
      if (node === undefined) return err({ tag: 'no-such-task' });
      if (node !== kernel.self) {
        const params = [vtid, number, timeoutMs];
        return askBirthNode(kernel, vtid, { name: 'posiv:kernel/log@0.1.0#read', params, caller });
      }
      const vtask = kernel.table.get(vtid);
      if (!vtask) return err(absence(kernel.components.peers, vtid));
      if (vtask.tenant !== caller.tenant) return err({ tag: 'no-such-task' });
      if (kernel.table.isBrief(vtid)) return ok({ entries: [], next: number, ended: true });
      const page = await kernel.logs.read(vtid, number, timeoutMs);
      return page ? ok(page) : err({ tag: 'no-such-task' });
    },
  };
}
