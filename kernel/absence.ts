import type { Kernel } from '#kernel/kernel.ts';
import type { Peers } from '#kernel/peers.ts';
import { birthLife, birthNode, unreachable } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

type KnownLives = Pick<Peers, 'self' | 'isLost'>;

/** Whether a vTask has ended with the life of its node, as far as is known here: for good, and whatever it was. */
export function isLost(peers: KnownLives, vtid: string): boolean {
  const life = birthLife(vtid);
  return life > 0 && peers.isLost(birthNode(vtid)!, life);
}

/**
 * What a call on a vTask fails with that its own node does not have, or whose node cannot be asked. That it has ended with its
 * node is said of vTasks that there never were, too: so nobody learns by it which there have been.
 */
export function absence(peers: KnownLives, vtid: string): ErrorCode {
  const node = birthNode(vtid);
  if (isLost(peers, vtid))
    return { tag: 'task-died', val: `its node ${node} was lost, or has started again since` };
  if (node === undefined || node === peers.self) return { tag: 'no-such-task' };
  return unreachable(node);
}

/** A vTask of this node, for one of its tenant: to any other it is as if it were not there. */
export function ownVTask(
  { table, components }: Pick<Kernel, 'table' | 'components'>,
  vtid: string,
  tenant: string,
): Result<VTask, ErrorCode> {
  const vtask = table.get(vtid);
  if (!vtask) return err(absence(components.peers, vtid));
  return vtask.tenant === tenant ? ok(vtask) : err({ tag: 'no-such-task' });
}
