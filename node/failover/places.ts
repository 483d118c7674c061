import type { Kernel } from '#kernel/kernel.ts';
import { memoryOf } from '#kernel/quota.ts';
import type { NodeId } from '#kernel/vtid.ts';
import type { Options } from '#posiv-wit/generated/kernel.ts';

/**
 * Nodes that may make a durable vTask again, the best first, as the Resource Manager says.
 * @param pendingHere how many are about to be made on this node, which its figures do not have yet
 */
export async function placesFor(
  kernel: Kernel,
  options: Options,
  pendingHere = 0,
): Promise<readonly NodeId[]> {
  const { peers, strategies } = kernel.components;
  if (options.node !== undefined) {
    const node = peers.find(options.node);
    return node === undefined ? [] : [node];
  }
  const view = kernel.placeable().map((node) => {
    const pending = node.pending + (node.id === kernel.self ? pendingHere : 0);
    return { ...node, pending };
  });
  return strategies.resource.place(view, { memory: memoryOf(options.quota), near: options.near });
}
