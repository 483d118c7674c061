import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { onEnd } from './on-end.ts';
import { exit, vtaskKill, vtaskNew, vtaskSched } from './vtask.ts';
import type { VtaskOptions } from './vtask.ts';

const LINK_STATUS = 1;

/**
 * Ends the caller with status 1 when that vTask has died, was lost, or has exited with another status than 0, as a link of Erlang
 * does. It goes one way: for the other one to end with the caller, it links too, or is the caller's child.
 * @returns what takes the link back
 * @throws {no-such-task | unreachable | quota-exceeded}
 */
export function link(vtid: Vtid): () => void {
  return onEnd(vtid, (change) => {
    if (change.tag === 'exited' && change.val === 0) return;
    exit(LINK_STATUS);
  });
}

/**
 * Makes and starts a vTask that is linked with the caller both ways: a child ends with its creator.
 * @throws {refused | unreachable | quota-exceeded}
 */
export function spawnLink(path: string, cmd: string[] = [], options?: VtaskOptions): Vtid {
  const vtid = vtaskNew(undefined, path, cmd, { ...options, detached: false });
  try {
    link(vtid);
    vtaskSched(vtid);
  } catch (error) {
    vtaskKill(vtid);
    throw error;
  }
  return vtid;
}
