import type { Kernel } from '#kernel/kernel.ts';
import { PAGE_BYTES, VTASK_LIMITS } from '#kernel/quota.ts';
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
  const memory = (options.quota.memoryPages || VTASK_LIMITS.memoryPages.standard) * PAGE_BYTES;
  const view = kernel.placeable().map((node) => {
    const pending = node.pending + (node.id === kernel.self ? pendingHere : 0);
    return { ...node, pending };
  });
  return strategies.resource.place(view, { memory, near: options.near });
}
