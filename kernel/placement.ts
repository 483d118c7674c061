import { askNode } from '#kernel/ask-node.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Creation } from '#kernel/spawner.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** Makes a vTask on the first of these nodes that admits it: each may refuse, then the next one is tried. */
export async function place(
  kernel: Kernel,
  candidates: readonly NodeId[],
  creation: Creation,
): Promise<Result<string, ErrorCode>> {
  let last: ErrorCode = { tag: 'refused', val: 'no node can take the vTask' };
  for (const node of candidates) {
    const made = await createAt(kernel, node, creation);
    if (made.ok) return adopt(kernel, made.value, creation);
    last = made.error;
    // That it is being drained is of its own kind, so that who is refused there goes on elsewhere.
    if (last.tag !== 'quota-exceeded' && last.tag !== 'unreachable' && last.tag !== 'other') break;
  }
  return err(last.tag === 'other' ? { tag: 'refused', val: last.val } : last);
}

async function createAt(
  kernel: Kernel,
  node: NodeId,
  creation: Creation,
): Promise<Result<string, ErrorCode>> {
  if (node === kernel.self) return kernel.create(creation);
  const { tenant, creator, name, image, cmd, grants, options } = creation;
  const parent = kernel.table.get(creator);
  if (parent) (parent.childNodes ??= new Set()).add(node);
  kernel.components.peers.placed(node);
  const params = [tenant, creator, name, image, cmd, grants, options];
  return askNode(kernel, node, { name: 'posiv:wire/kernel@0.1.0#create', params });
}

/** Its creator may have ended while the vTask was being made: then so does the vTask. */
function adopt(
  kernel: Kernel,
  vtid: string,
  { creator, options }: Creation,
): Result<string, ErrorCode> {
  const parent = kernel.table.get(creator);
  if (options.detached || (parent && !hasEnded(parent.state))) return ok(vtid);
  const node = birthNode(vtid)!;
  if (node === kernel.self) kernel.creatorEnded(creator);
  else kernel.news.creatorEnded(node, creator);
  return err({ tag: 'refused', val: 'the creator has ended' });
}
