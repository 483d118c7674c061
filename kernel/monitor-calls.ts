import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { unwatchAt, watchAt } from '#kernel/monitors/set-watch.ts';
import { excess } from '#kernel/quota.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode, MonitorCalls, WatchId } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** `posiv:kernel/monitor` for a vTask of this node. */
export function monitorCalls(kernel: Kernel, caller: Caller): MonitorCalls {
  const { watchers } = kernel;

  function tooMany(): ErrorCode | undefined {
    const vtask = kernel.table.get(caller.vtid);
    const held = watchers.countOf(caller.vtid);
    return excess('watches', { held, most: vtask?.quota.watches ?? 0 }, (limit) =>
      vtask ? kernel.quotas.refuses(vtask, limit) : true,
    );
  }

  async function watch(target: string, what: Watched): Promise<Result<WatchId, ErrorCode>> {
    if (birthNode(target) === undefined) return err({ tag: 'no-such-task' });
    const beyond = tooMany();
    if (beyond) return err(beyond);
    const set = watchers.add(caller.vtid, target, what);
    const done = await watchAt(kernel, caller, set);
    if (done.ok) return ok(set.id);
    if (done.error.tag === 'task-died') {
      watchers.lost(set);
      return ok(set.id);
    }
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
      unwatchAt(kernel, set);
      return ok(undefined);
    },
  };
}
