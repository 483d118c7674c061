import { ownVTask } from '#kernel/absence.ts';
import { askBirthNode } from '#kernel/ask-node.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { MOST_OF_NODE } from '#kernel/monitors/watch-list.ts';
import type { Watch } from '#kernel/monitors/watchers.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/**
 * Sets a watch at the node of its target; `task-died` where that one is lost.
 * @param promised see `Peers.send`
 */
export async function watchAt(
  kernel: Kernel,
  { tenant }: Pick<Caller, 'tenant'>,
  watch: Watch,
  promised = false,
): Promise<Result<undefined, ErrorCode>> {
  const { watcher, id, target, what } = watch;
  if (birthNode(target) === kernel.self) return watchHere(kernel, tenant, watch);
  const params = [tenant, watcher, id, target, what];
  const caller = { vtid: '', tenant: '', promised };
  return askBirthNode(kernel, target, { name: 'posiv:wire/kernel@0.1.0#watch', params, caller });
}

/** Sets a watch on a vTask of this node. */
export function watchHere(
  kernel: Kernel,
  tenant: string,
  { watcher, id, target, what }: Watch,
): Result<undefined, ErrorCode> {
  const own = ownVTask(kernel, target, tenant);
  if (!own.ok) return own;
  kernel.watchList.remove(target, watcher, id); // it may be set once more
  if (kernel.watchList.add(own.value, { vtid: watcher, id, what })) return ok(undefined);
  const val = `watches: the vTasks of that node have ${MOST_OF_NODE} on this one, and no more may be set`;
  return err({ tag: 'quota-exceeded', val });
}

/** Takes a watch back at the node of its target. */
export function unwatchAt(kernel: Kernel, { watcher, id, target }: Watch): void {
  const node = birthNode(target)!;
  if (node === kernel.self) kernel.watchList.remove(target, watcher, id);
  else kernel.news.tell(node, 'unwatch', [watcher, id, target]);
}
