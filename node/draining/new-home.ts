import { askNode } from '#kernel/ask-node.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { NodeId } from '#kernel/vtid.ts';
import { placesFor } from '#node/failover/places.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const NOBODY: ErrorCode = { tag: 'refused', val: 'no other node takes vTasks' };

/** Another node that says that it would take a durable vTask of this one now; or why the last that was asked does not. */
export async function newHome(
  kernel: Kernel,
  { tenant, image, grants, made }: VTask,
): Promise<Result<NodeId, ErrorCode>> {
  let last = NOBODY;
  if (made === undefined) return err(last);
  for (const node of await placesFor(kernel, made)) {
    if (node === kernel.self) continue;
    const params = [tenant, image, grants, made];
    const name = 'posiv:wire/kernel@0.1.0#admits';
    const answer = await askNode<undefined>(kernel, node, { name, params });
    if (answer.ok) return ok(node);
    last = answer.error;
  }
  return err(last);
}
