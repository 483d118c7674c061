import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode, MonitorCalls, WatchId } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** `posiv:kernel/monitor` for a vTask of this node. */
export function monitorCalls(kernel: Kernel, caller: Caller): MonitorCalls {
  const { watchers } = kernel;

  async function watch(target: string, what: Watched): Promise<Result<WatchId, ErrorCode>> {
    const node = birthNode(target);
    if (node === undefined) return err({ tag: 'no-such-task' });
    const set = watchers.add(caller.vtid, target, what);
    if (!set) return err({ tag: 'quota-exceeded', val: 'watches: at most 16,384' });
    const done = await kernel.watchAt(node, caller, set);
    if (done.ok) return ok(set.id);
    watchers.remove(caller.vtid, set.id);
    return done;
  }

  return {
    onStart: (vtid) => watch(vtid, 'start'),
    onExit: (vtid) => watch(vtid, 'exit'),
    onDie: (vtid) => watch(vtid, 'die'),
    unwatch(id) {
      const set = watchers.remove(caller.vtid, id);
      if (!set) return err({ tag: 'refused', val: `there is no watch ${id}` });
      kernel.unwatchAt(set);
      return ok(undefined);
    },
  };
}
